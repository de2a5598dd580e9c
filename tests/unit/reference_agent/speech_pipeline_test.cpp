#include "tools/reference_agent/speech_pipeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace soundcheck::reference_agent {
namespace {

class SpeechPipelineTest : public testing::Test {
 protected:
  static RecogniserSettings one_decoder() {
    RecogniserSettings s;
    s.limit = 1;
    return s;
  }

  /// Silence, the sentence, silence: as frames of the format.
  std::vector<audio::Bytes> frames(const std::string& text, const AudioFormat& format) {
    auto samples = synthesiser.render(text, format.sample_rate);
    samples.insert(samples.begin(), format.sample_rate / 2, 0);
    const std::size_t frame = format.sample_rate * format.frame_ms / 1000;
    samples.resize((samples.size() + format.sample_rate) / frame * frame);
    const auto encoder = audio::make_encoder(format.encoding, format.sample_rate, format.frame_ms);
    std::vector<audio::Bytes> result;
    for (std::size_t at = 0; at < samples.size(); at += frame) {
      encoder->encode(std::span(samples).subspan(at, frame), result.emplace_back());
    }
    return result;
  }

  Synthesiser synthesiser{"kal16"};
  RecogniserPool pool{one_decoder(),
                      synthesiser.render("what are your opening hours. check my balance", 16000)};
};

template <class T>
std::vector<T> all(const std::vector<SpeechEvent>& events) {
  std::vector<T> result;
  for (const auto& event : events) {
    if (const auto* e = std::get_if<T>(&event)) result.push_back(*e);
  }
  return result;
}

TEST_F(SpeechPipelineTest, TellsTheStoryOfATurnInEveryFormat) {
  for (const auto& format :
       {AudioFormat{audio::Encoding::pcm16, 16000, 20}, AudioFormat{audio::Encoding::pcm16, 48000, 10},
        AudioFormat{audio::Encoding::mulaw, 8000, 20}, AudioFormat{audio::Encoding::opus, 16000, 60}}) {
    SpeechPipeline pipeline(format, 400, pool, synthesiser, [] {});
    std::vector<SpeechEvent> events;
    const auto sent = frames("check my balance", format);
    for (const auto& frame : sent) ASSERT_TRUE(pipeline.process(frame, events));

    const auto started = all<SpeechStarted>(events);
    const auto turns = all<TurnEnded>(events);
    ASSERT_EQ(started.size(), 1U);
    ASSERT_EQ(turns.size(), 1U);
    EXPECT_NEAR(static_cast<double>(started[0].begin_ms), 750, 150);
    EXPECT_EQ(turns[0].text, "check my balance") << audio::to_string(format.encoding);
    EXPECT_EQ(turns[0].turn_audio_ms, turns[0].audio_ms);
    EXPECT_GE(turns[0].audio_ms, turns[0].speech_end_ms + 400);
    EXPECT_GT(turns[0].busy_ms, 0);
    EXPECT_EQ(turns[0].answer->text, "your balance is twenty dollars");
    EXPECT_FALSE(all<PartialText>(events).empty());
    EXPECT_EQ(all<SpeechGoesOn>(events).size(), 1U);
    const auto acknowledged = all<Acknowledged>(events);
    ASSERT_EQ(acknowledged.size(), pipeline.position_ms() / 200);
    for (std::size_t i = 0; i < acknowledged.size(); ++i) EXPECT_EQ(acknowledged[i].audio_ms, (i + 1) * 200);
  }
}

TEST_F(SpeechPipelineTest, CountsTheAudioOfEachTurn) {
  const AudioFormat format{audio::Encoding::pcm16, 16000, 20};
  SpeechPipeline pipeline(format, 400, pool, synthesiser, [] {});
  std::vector<SpeechEvent> events;
  for (const char* text : {"yes please", "goodbye", "repeat that please"}) {
    for (const auto& frame : frames(text, format)) ASSERT_TRUE(pipeline.process(frame, events));
  }
  const auto turns = all<TurnEnded>(events);
  ASSERT_EQ(turns.size(), 3U);
  EXPECT_EQ(turns[0].turn_audio_ms + turns[1].turn_audio_ms + turns[2].turn_audio_ms, turns[2].audio_ms);
  EXPECT_EQ(turns[2].turn, 3U);
  EXPECT_EQ(turns[2].answer->text, turns[1].answer->text);
}

TEST_F(SpeechPipelineTest, WaitsForARecogniser) {
  const AudioFormat format{audio::Encoding::pcm16, 16000, 20};
  int retries = 0;
  SpeechPipeline pipeline(format, 400, pool, synthesiser, [&] { ++retries; });
  auto taken = pool.borrow([] {});
  std::vector<SpeechEvent> events;
  const auto sent = frames("pay my bill", format);
  std::size_t next = 0;
  while (next < sent.size() && pipeline.process(sent[next], events)) ++next;
  ASSERT_LT(next, sent.size());
  EXPECT_EQ(all<SpeechStarted>(events).size(), 1U);
  EXPECT_EQ(retries, 0);
  taken.reset();
  EXPECT_EQ(retries, 1);
  for (; next < sent.size(); ++next) ASSERT_TRUE(pipeline.process(sent[next], events));
  ASSERT_EQ(all<TurnEnded>(events).size(), 1U);
  EXPECT_EQ(all<TurnEnded>(events)[0].text, "pay my bill");
}

TEST_F(SpeechPipelineTest, ReportsFramesThatCannotBeDecoded) {
  SpeechPipeline pipeline({audio::Encoding::pcm16, 16000, 20}, 400, pool, synthesiser, [] {});
  std::vector<SpeechEvent> events;
  EXPECT_TRUE(pipeline.process(audio::Bytes(3, 0), events));  // half a sample
  EXPECT_EQ(all<InvalidAudio>(events).size(), 1U);
}

}  // namespace
}  // namespace soundcheck::reference_agent
