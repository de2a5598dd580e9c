// The voice channel over real sockets, with real recognition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "protocols/audio/codec.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/reference_agent/client.hpp"
#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/synthesiser.hpp"

namespace soundcheck::reference_agent {
namespace {

class VoiceTest : public testing::TestWithParam<AudioFormat> {
 protected:
  static std::string start_message(const AudioFormat& format) {
    return fmt::format(R"({{"type":"start","encoding":"{}","sample_rate":{},"channels":1,"frame_ms":{}}})",
                       audio::to_string(format.encoding), format.sample_rate, format.frame_ms);
  }

  /// Sends the sentence between half a second and one second of silence, as fast as the agent takes it.
  static void say(WsClient& call, const std::string& text, const AudioFormat& format) {
    auto samples = Synthesiser("kal16").render(text, format.sample_rate);
    samples.insert(samples.begin(), format.sample_rate / 2, 0);
    const std::size_t frame = format.sample_rate * format.frame_ms / 1000;
    samples.resize((samples.size() + format.sample_rate) / frame * frame);
    const auto encoder = audio::make_encoder(format.encoding, format.sample_rate, format.frame_ms);
    audio::Bytes bytes;
    for (std::size_t at = 0; at < samples.size(); at += frame) {
      bytes.clear();
      encoder->encode(std::span(samples).subspan(at, frame), bytes);
      call.send(bytes);
    }
  }

  static Options with_control() {
    Options o;
    o.control = true;
    return o;
  }

  RunningAgent agent{with_control()};
  HttpClient http{agent.port()};
  const AudioFormat pcm{audio::Encoding::pcm16, 16000, 20};
};

TEST_P(VoiceTest, AWholeTurn) {
  const AudioFormat format = GetParam();
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(start_message(format));
  const auto ready = call.expect("ready");
  EXPECT_EQ(ready.at("call_id").as_string(), "c-000001");
  EXPECT_EQ(ready.at("encoding").as_string(), audio::to_string(format.encoding));
  EXPECT_EQ(ready.at("sample_rate").to_number<std::uint32_t>(), format.sample_rate);
  EXPECT_EQ(ready.at("frame_ms").to_number<std::uint32_t>(), format.frame_ms);

  say(call, "check my balance", format);
  call.expect("speech_started");
  const auto final = call.expect("final");
  EXPECT_EQ(final.at("text").as_string(), "check my balance");
  EXPECT_EQ(final.at("turn").to_number<int>(), 1);
  EXPECT_GT(final.at("busy_ms").to_number<double>(), 0);
  EXPECT_EQ(final.at("turn_audio_ms"), final.at("audio_ms"));
  EXPECT_TRUE(call.audio.empty());
  EXPECT_EQ(call.expect("agent_start").at("text").as_string(), "your balance is twenty dollars");
  const auto end = call.expect("agent_end");
  EXPECT_EQ(end.at("audio_ms").to_number<std::size_t>(), call.audio.size() * format.frame_ms);

  const auto decoder = audio::make_decoder(format.encoding, format.sample_rate);
  std::vector<std::int16_t> heard;
  for (const auto& frame : call.audio) EXPECT_TRUE(decoder->decode(frame, heard));
  EXPECT_EQ(heard.size(), call.audio.size() * format.sample_rate * format.frame_ms / 1000);

  call.send(R"({"type":"stop"})");
  const auto bye = call.expect("bye");
  EXPECT_EQ(bye.at("turns").to_number<int>(), 1);
  EXPECT_EQ(call.close_code(), 1000);
  EXPECT_EQ(http.ask("GET", "/api/v1/calls/c-000001/transcript").body,
            R"({"id":"c-000001","turns":[{"speaker":"caller","text":"check my balance"},)"
            R"({"speaker":"agent","text":"your balance is twenty dollars"}]})");
  EXPECT_EQ(http.ask("GET", "/api/v1/calls/c-000001").json().at("status").as_string(), "ended");
}

INSTANTIATE_TEST_SUITE_P(Formats, VoiceTest,
                         testing::Values(AudioFormat{audio::Encoding::pcm16, 16000, 20},
                                         AudioFormat{audio::Encoding::mulaw, 8000, 20},
                                         AudioFormat{audio::Encoding::opus, 16000, 20}),
                         [](const auto& param) {
                           return std::string(audio::to_string(param.param.encoding));
                         });

using VoiceCallTest = VoiceTest;

TEST_F(VoiceCallTest, AcknowledgesAudioAndProcessesItBeforeStopping) {
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(start_message(pcm));
  for (int i = 0; i < 100; ++i) call.send(audio::Bytes(640));
  call.send(R"({"type":"stop"})");
  EXPECT_EQ(call.expect("bye").at("audio_ms").to_number<int>(), 2000);
  ASSERT_EQ(call.passed.size(), 11U);  // ready and ten acknowledgements
  for (int i = 1; i <= 10; ++i) EXPECT_EQ(call.passed[i].at("audio_ms").to_number<int>(), i * 200);
}

TEST_F(VoiceCallTest, TheCallerInterruptsTheAgent) {
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(start_message(pcm));
  say(call, "talk to a person", pcm);
  call.expect("agent_start");
  say(call, "goodbye", pcm);
  EXPECT_EQ(call.expect("interrupted").at("turn").to_number<int>(), 1);
  const auto final = call.expect("final");
  EXPECT_EQ(final.at("turn").to_number<int>(), 2);
  EXPECT_EQ(final.at("text").as_string(), "goodbye");
  EXPECT_EQ(call.expect("agent_start").at("turn").to_number<int>(), 2);
}

TEST_F(VoiceCallTest, AFixedRealTimeFactorIsReportedExactly) {
  ASSERT_EQ(http.ask("PATCH", "/control", R"({"rtf":0.05})").status, 200);
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(start_message(pcm));
  say(call, "pay my bill", pcm);
  const auto final = call.expect("final");
  EXPECT_EQ(final.at("text").as_string(), "pay my bill");
  EXPECT_NEAR(final.at("busy_ms").to_number<double>(), 0.05 * final.at("turn_audio_ms").to_number<double>(),
              0.001);
}

TEST_F(VoiceCallTest, AnOverloadedCallEnds) {
  ASSERT_EQ(http.ask("PATCH", "/control", R"({"rtf":1000})").status, 200);
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(start_message(pcm));
  for (int i = 0; i < 30'100 / 20; ++i) call.send(audio::Bytes(640));
  EXPECT_EQ(call.expect("error").at("code").as_string(), "backlog");
  EXPECT_EQ(call.close_code(), 1008);
}

TEST_F(VoiceCallTest, EndingACallOverHttpSaysBye) {
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(start_message(pcm));
  call.expect("ready");
  EXPECT_EQ(http.ask("POST", "/api/v1/calls/c-000001/end").status, 200);
  call.expect("bye");
  EXPECT_EQ(call.close_code(), 1000);
}

TEST_F(VoiceCallTest, HangingUpEndsTheCall) {
  WsClient events(agent.port(), "/api/v1/events");
  events.send(R"({"type":"subscribe","channel":"calls"})");
  events.expect("subscribed");
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(start_message(pcm));
  call.expect("ready");
  call.send(audio::Bytes(640));
  call.hang_up();
  EXPECT_EQ(events.expect("call.ended").at("call").at("id").as_string(), "c-000001");
  EXPECT_EQ(http.ask("GET", "/api/v1/health").json().at("calls_in_progress").as_int64(), 0);
}

TEST_F(VoiceCallTest, RefusesAStartThatItCannotServe) {
  for (const auto& [text, message] :
       {std::pair{R"({"type":"start","encoding":"mp3","sample_rate":7,"channels":2,"frame_ms":"20"})",
                  "encoding must be pcm16, mulaw or opus; sample_rate must be from 8000 to 48000 in whole "
                  "thousands; "
                  "frame_ms must be from 10 to 60; channels must be 1"},
        {R"({"type":"start","encoding":"opus","sample_rate":11000,"frame_ms":20})",
         "opus takes 8, 12, 16, 24 or 48 kHz and frames of 10, 20, 40 or 60 ms"}}) {
    WsClient call(agent.port(), "/api/v1/voice");
    call.send(text);
    EXPECT_EQ(call.expect("error").at("message").as_string(), message);
    EXPECT_EQ(call.close_code(), 1008);
  }
}

TEST_F(VoiceCallTest, RefusesGarbageWithoutHarmToOthers) {
  WsClient healthy(agent.port(), "/api/v1/voice");
  healthy.send(start_message(pcm));
  healthy.expect("ready");
  for (const char* text : {"garbage", "{}", R"({"type":"stop"})"}) {
    WsClient call(agent.port(), "/api/v1/voice");
    call.send(text);
    EXPECT_EQ(call.expect("error").at("code").as_string(), "not_started");
    EXPECT_EQ(call.close_code(), 1008);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}, std::size_t{60'000}}) {
    WsClient call(agent.port(), "/api/v1/voice");
    call.send(start_message(pcm));
    call.send(audio::Bytes(size));
    EXPECT_EQ(call.expect("error").at("code").as_string(), "invalid_audio") << size;
    EXPECT_EQ(call.close_code(), 1008);
  }
  healthy.send("garbage");
  EXPECT_EQ(healthy.expect("error").at("code").as_string(), "invalid_message");
  healthy.send(R"({"type":"stop"})");
  healthy.expect("bye");
}

TEST(EchoAudio, SendsEveryFrameBack) {
  Options o;
  o.echo_audio = true;
  RunningAgent agent(o);
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(R"({"type":"start","encoding":"mulaw","sample_rate":8000,"channels":1,"frame_ms":20})");
  call.expect("ready");
  for (std::uint8_t i = 0; i < 50; ++i) call.send(audio::Bytes(160, i));
  call.send(R"({"type":"echo me"})");
  call.expect("error");
  ASSERT_EQ(call.audio.size(), 50U);
  for (std::uint8_t i = 0; i < 50; ++i) EXPECT_EQ(call.audio[i], audio::Bytes(160, i));
}

TEST(EchoAudio, ADatabaseThatCannotWriteRefusesCallsAndStopsNone) {
  const support::TemporaryFolder folder;
  Options o;
  o.echo_audio = true;
  o.database = folder.path() / "agent.db";
  RunningAgent agent(o);
  const std::string start =
      R"({"type":"start","encoding":"mulaw","sample_rate":8000,"channels":1,"frame_ms":20})";
  WsClient call(agent.port(), "/api/v1/voice");
  call.send(start);
  call.expect("ready");

  Database other(o.database);
  EXPECT_EQ(Statement(other, "SELECT count(*) FROM phone_calls WHERE caller='voice'").number(), 1);
  other.execute("DROP TABLE phone_calls");
  WsClient refused(agent.port(), "/api/v1/voice");
  refused.send(start);
  EXPECT_EQ(refused.expect("error").at("code").as_string(), "storage_failed");
  EXPECT_EQ(refused.close_code(), 1008);
  call.send(audio::Bytes(160, 7));
  call.send(R"({"type":"stop"})");
  EXPECT_EQ(call.expect("bye").at("audio_ms").to_number<int>(), 20);
  EXPECT_EQ(HttpClient(agent.port()).ask("GET", "/api/v1/health").status, 200);
}

}  // namespace
}  // namespace soundcheck::reference_agent
