// What every dialect of the table must do, whatever its messages look like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "protocols/core/random.hpp"
#include "protocols/dialects/table.hpp"

namespace soundcheck::dialects {
namespace {

class EveryDialect : public testing::TestWithParam<std::string_view> {
 protected:
  std::unique_ptr<Dialect> dialect = make_dialect(GetParam());
  const AudioFormat format{audio::Encoding::pcm16, 16'000, 20};
};

TEST_P(EveryDialect, IsMadeByItsName) { ASSERT_NE(dialect, nullptr); }

TEST_P(EveryDialect, EitherIsReadyAtOnceOrAsksForIt) {
  const auto opening = dialect->open(format);
  if (!dialect->ready_at_open()) {
    EXPECT_FALSE(opening.empty());
  }
  for (const Outgoing& message : opening) EXPECT_FALSE(message.payload.empty());
}

TEST_P(EveryDialect, OpensForEveryEncodingDifferently) {
  std::set<std::string> texts;
  for (const audio::Encoding encoding :
       {audio::Encoding::pcm16, audio::Encoding::mulaw, audio::Encoding::opus}) {
    std::string all;
    for (const Outgoing& message : make_dialect(GetParam())->open({encoding, 16'000, 20}))
      all += message.payload;
    texts.insert(all);
  }
  EXPECT_EQ(texts.size(), 3u);
}

TEST_P(EveryDialect, HangsUpPolitely) { EXPECT_FALSE(dialect->hang_up().empty()); }

TEST_P(EveryDialect, TextThatIsNotItsProtocolIsMalformedAndSaysWhy) {
  for (const std::string_view text : {"", "{", "not json", "[]", "{}", "null", "\"type\""}) {
    const Event event = dialect->on_text(text);
    EXPECT_EQ(event.kind, Event::Kind::malformed) << text;
    EXPECT_FALSE(event.text.empty()) << text;
  }
}

TEST_P(EveryDialect, UnknownMessagesAreIgnored) {
  EXPECT_EQ(dialect->on_text(R"({"type":"a_message_of_the_future","x":1})").kind, Event::Kind::ignored);
}

TEST_P(EveryDialect, SurvivesRandomBytes) {
  core::Random random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random.below(100), '\0');
    for (char& c : bytes) c = static_cast<char>(random.next());
    dialect->on_text(bytes);
    dialect->on_binary(bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Table, EveryDialect, testing::ValuesIn(dialect_names()),
                         [](const auto& one) { return std::string(one.param); });

TEST(Table, NamesAreUniqueAndOthersAreUnknown) {
  const auto names = dialect_names();
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
  EXPECT_THAT(names, testing::Contains("binary"));
  EXPECT_EQ(make_dialect("no such dialect"), nullptr);
  EXPECT_EQ(make_dialect(""), nullptr);
}

}  // namespace
}  // namespace soundcheck::dialects
