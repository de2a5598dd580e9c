#include "protocols/dialects/binary.hpp"

#include <gtest/gtest.h>

namespace soundcheck::dialects {
namespace {

using Kind = Event::Kind;

TEST(Binary, Opens) {
  Binary dialect;
  const auto messages = dialect.open({audio::Encoding::opus, 16'000, 20});
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_FALSE(messages[0].binary);
  EXPECT_EQ(messages[0].payload,
            R"({"type":"start","encoding":"opus","sample_rate":16000,"channels":1,"frame_ms":20})");
  EXPECT_FALSE(dialect.ready_at_open());
  EXPECT_TRUE(dialect.raw_frames());
}

TEST(Binary, HangsUp) {
  const auto messages = Binary().hang_up();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].payload, R"({"type":"stop"})");
}

TEST(Binary, EveryMessageOfTheDocument) {
  Binary dialect;
  EXPECT_EQ(dialect.on_text(R"({"type":"ready","call_id":"c-1"})").kind, Kind::ready);
  EXPECT_EQ(dialect.on_text(R"({"type":"bye","turns":3,"audio_ms":9000})").kind, Kind::goodbye);
  EXPECT_EQ(dialect.on_text(R"({"type":"interrupted","turn":1})").kind, Kind::interrupted);
  EXPECT_EQ(dialect.on_text(R"({"type":"agent_end","turn":1,"audio_ms":1840})").kind, Kind::agent_ended);
  EXPECT_EQ(dialect.on_text(R"({"type":"speech_started","turn":1,"audio_ms":340})").kind,
            Kind::speech_started);

  const Event ack = dialect.on_text(R"({"type":"ack","audio_ms":400})");
  EXPECT_EQ(ack.kind, Kind::acknowledged);
  EXPECT_EQ(ack.audio_ms, 400.0);

  const Event partial = dialect.on_text(R"({"type":"partial","turn":1,"text":"check my","audio_ms":900})");
  EXPECT_EQ(partial.kind, Kind::partial);
  EXPECT_EQ(partial.text, "check my");
  EXPECT_EQ(partial.audio_ms, 900.0);

  const Event final = dialect.on_text(
      R"({"type":"final","turn":1,"text":"check my balance","audio_ms":2100,"busy_ms":31.5,"turn_audio_ms":2100})");
  EXPECT_EQ(final.kind, Kind::final);
  EXPECT_EQ(final.text, "check my balance");
  EXPECT_EQ(final.busy_ms, 31.5);
  EXPECT_EQ(final.turn_audio_ms, 2'100.0);

  const Event start = dialect.on_text(R"({"type":"agent_start","turn":1,"text":"your balance"})");
  EXPECT_EQ(start.kind, Kind::agent_started);
  EXPECT_EQ(start.text, "your balance");

  EXPECT_EQ(dialect.on_text(R"({"type":"error","code":"busy","message":"no line is free"})").text,
            "no line is free");
  EXPECT_EQ(dialect.on_text(R"({"type":"error","code":"busy"})").text, "busy");
  EXPECT_EQ(dialect.on_text(R"({"type":"error"})").text, "no reason given");
}

TEST(Binary, AudioIsTheMessageItself) {
  const std::string bytes = "\x01\x02\x03";
  const Event event = Binary().on_binary(bytes);
  EXPECT_EQ(event.kind, Kind::agent_audio);
  EXPECT_EQ(event.audio.data(), bytes.data());
  EXPECT_EQ(event.audio.size(), 3u);
}

TEST(Binary, MalformedMessagesSayWhatTheyAre) {
  EXPECT_EQ(Binary().on_text("oops").text, "a control message that is not JSON");
  EXPECT_EQ(Binary().on_text(R"({"kind":"ack"})").text, "a control message without a type");
}

TEST(Binary, AbsurdNumbersAreTakenAsMissing) {
  Binary dialect;
  for (const char* number : {"-1", "1e300", "-1e300", "\"400\"", "null", "1e10"}) {
    const std::string text = std::string(R"({"type":"final","audio_ms":)") + number + R"(,"busy_ms":)" +
                             number + R"(,"turn_audio_ms":)" + number + "}";
    const Event event = dialect.on_text(text);
    EXPECT_EQ(event.kind, Kind::final);
    EXPECT_EQ(event.audio_ms, std::nullopt) << number;
    EXPECT_EQ(event.busy_ms, std::nullopt) << number;
    EXPECT_EQ(event.turn_audio_ms, std::nullopt) << number;
  }
}

}  // namespace
}  // namespace soundcheck::dialects
