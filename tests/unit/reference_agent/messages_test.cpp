#include "tools/reference_agent/messages.hpp"

#include <gtest/gtest.h>

namespace soundcheck::reference_agent {
namespace {

TEST(Messages, TakesObjectsWithAType) {
  const auto message = parse_message(R"({"type":"start","sample_rate":16000,"encoding":"opus"})");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, "start");
  EXPECT_EQ(text_at(message->object, "encoding"), "opus");
  EXPECT_EQ(number_at(message->object, "sample_rate"), 16000U);
  EXPECT_EQ(text_at(message->object, "sample_rate"), std::nullopt);
  EXPECT_EQ(number_at(message->object, "encoding"), std::nullopt);
  EXPECT_EQ(number_at(message->object, "nothing"), std::nullopt);
}

TEST(Messages, RefusesEverythingElse) {
  for (const char* text : {"", "{", "[]", "1", "{}", R"({"type":1})", R"({"type":null})", "\xff"}) {
    EXPECT_FALSE(parse_message(text)) << text;
  }
}

TEST(Messages, NumbersAreWholeAndSmall) {
  const auto message = parse_message(R"({"type":"x","a":-1,"b":1.5,"c":99999999999,"d":20.0})");
  EXPECT_EQ(number_at(message->object, "a"), std::nullopt);
  EXPECT_EQ(number_at(message->object, "b"), std::nullopt);
  EXPECT_EQ(number_at(message->object, "c"), std::nullopt);
  EXPECT_EQ(number_at(message->object, "d"), 20U);
}

TEST(Messages, ErrorsAreEscaped) {
  EXPECT_EQ(error_message("bad", "say \"x\""), R"({"type":"error","code":"bad","message":"say \"x\""})");
}

}  // namespace
}  // namespace soundcheck::reference_agent
