#include "protocols/voice/turn.hpp"

#include <gtest/gtest.h>

#include "tests/support/tone_clip.hpp"

namespace soundcheck::voice {
namespace {

using namespace std::chrono_literals;
using dialects::Event;
using Kind = Event::Kind;

/// An utterance of 50 frames of 20 ms, spoken from sample 3,200 (frame 10) to 12,799 (frame 39), that begins
/// with frame 100 of the call.
class TurnTest : public testing::Test {
 protected:
  TurnTest() {
    auto clip = std::make_shared<audio::Clip>(*support::tone_clip("a", 50));
    clip->first_speech_sample = 3'200;
    clip->last_speech_sample = 12'799;
    utterance = audio::encode_clip(std::move(clip), audio::Encoding::pcm16, 20);
    turn.emplace(*utterance, clock, 100, 5s);
  }

  TimePoint frame(std::uint64_t index) const { return clock.due(index); }

  void on(Kind kind, TimePoint now, std::string text = {}, std::optional<double> audio_ms = {}) {
    Event event;
    event.kind = kind;
    event.text = std::move(text);
    event.audio_ms = audio_ms;
    turn->on_event(event, now);
  }
  void final_with_busy(double busy_ms, double audio_ms) {
    Event event;
    event.kind = Kind::final;
    event.text = "x";
    event.busy_ms = busy_ms;
    event.turn_audio_ms = audio_ms;
    turn->on_event(event, frame(150));
  }

  const AudioClock clock{TimePoint{100s}, 20ms};
  audio::EncodedClipPtr utterance;
  std::optional<Turn> turn;
  audio::Playout playout;
};

TEST_F(TurnTest, KnowsItsFrames) {
  EXPECT_EQ(turn->utterance_frame(99), -1);
  EXPECT_EQ(turn->utterance_frame(100), 0);
  EXPECT_EQ(turn->utterance_frame(149), 49);
  EXPECT_EQ(turn->utterance_frame(150), -1);
}

TEST_F(TurnTest, TimesCountFromTheDueTimesOfTheSpeech) {
  EXPECT_EQ(turn->speech_end_due(), frame(139));
  on(Kind::partial, frame(110) + 1ms, "");
  on(Kind::partial, frame(120), "check");
  on(Kind::partial, frame(125), "check my");
  on(Kind::final, frame(139) + 300ms, "check my balance");
  turn->on_audible(frame(139) + 450ms);
  turn->on_audible(frame(139) + 900ms);
  EXPECT_EQ(turn->first_partial_time(), 200ms) << "a partial without a word does not count";
  EXPECT_EQ(turn->final_time(), 300ms);
  EXPECT_EQ(turn->voice_to_voice(), 450ms) << "the first audible sample counts";
  EXPECT_EQ(turn->transcript(), "check my balance");
  EXPECT_EQ(turn->word_error_rate(), 0.0);
  EXPECT_EQ(turn->verdict(), std::nullopt);
}

TEST_F(TurnTest, AnAgentThatInterruptsIsNegative) {
  on(Kind::final, frame(130), "check");
  turn->on_audible(frame(134));
  EXPECT_EQ(turn->final_time(), -180ms);
  EXPECT_EQ(turn->voice_to_voice(), -100ms);
}

TEST_F(TurnTest, APrematureAnswerDoesNotEndTheTurn) {
  on(Kind::final, frame(120), "check");
  on(Kind::agent_started, frame(121));
  on(Kind::agent_ended, frame(125));
  EXPECT_FALSE(turn->complete(frame(149), playout)) << "the caller still speaks";
  on(Kind::agent_started, frame(145));
  EXPECT_FALSE(turn->complete(frame(151), playout)) << "the agent speaks again";
  on(Kind::final, frame(152), "my balance");
  on(Kind::agent_ended, frame(153));
  EXPECT_TRUE(turn->complete(frame(153), playout));
  EXPECT_EQ(turn->transcript(), "check my balance");
  EXPECT_EQ(turn->final_time(), 13 * 20ms) << "the last final";
}

TEST_F(TurnTest, IsCompleteOnceAllIsHeard) {
  on(Kind::final, frame(145), "x");
  on(Kind::agent_started, frame(150));
  playout.push(frame(150), 400ms);
  EXPECT_FALSE(turn->complete(frame(155), playout));
  on(Kind::agent_ended, frame(155));
  EXPECT_FALSE(turn->complete(frame(169), playout));
  EXPECT_TRUE(turn->complete(frame(170), playout));
}

TEST_F(TurnTest, AnInterruptedAnswerIsOver) {
  on(Kind::final, frame(145), "x");
  on(Kind::agent_started, frame(150));
  on(Kind::interrupted, frame(151));
  EXPECT_TRUE(turn->complete(frame(151), playout));
}

TEST_F(TurnTest, AnEndWithoutABeginningIsNoAnswer) {
  on(Kind::final, frame(145), "x");
  on(Kind::agent_ended, frame(150));
  EXPECT_FALSE(turn->complete(frame(160), playout));
}

std::string text_of(const std::optional<core::Failure>& failure) {
  return failure ? std::string(to_string(failure->stage)) + ": " + failure->text : "";
}

TEST_F(TurnTest, OverdueSaysWhatIsMissing) {
  const TimePoint due = frame(139) + 5s;
  EXPECT_EQ(turn->overdue(due - 1ns), std::nullopt);
  EXPECT_EQ(text_of(turn->overdue(due)), "deadline: turn: no final transcript in time");
  on(Kind::final, frame(150), "x");
  EXPECT_EQ(text_of(turn->overdue(due)), "deadline: turn: no answer in time");
  on(Kind::agent_started, frame(151));
  EXPECT_EQ(text_of(turn->overdue(due)), "deadline: turn: the answer did not end in time");
  on(Kind::agent_ended, frame(160));
  EXPECT_EQ(turn->overdue(due + 1h), std::nullopt);
}

TEST_F(TurnTest, VerdictWantsASound) {
  on(Kind::final, frame(150), "");
  EXPECT_EQ(text_of(turn->verdict()), "check: turn: the answer holds no audible audio");
  turn->on_audible(frame(151));
  EXPECT_EQ(turn->verdict(), std::nullopt) << "an empty transcript is a matter of the word error rate";
  EXPECT_EQ(turn->word_error_rate(), 1.0);
}

TEST_F(TurnTest, WordErrorRateComparesWithTheClip) {
  on(Kind::final, frame(150), "check a balance");
  EXPECT_NEAR(turn->word_error_rate(), 1.0 / 3, 1e-12);
}

TEST_F(TurnTest, LagCountsFromTheDueTimeOfThePosition) {
  Event event;
  event.kind = Kind::acknowledged;
  EXPECT_EQ(turn->lag(event, frame(10)), std::nullopt) << "no position";
  event.audio_ms = 200;  // the end of frame 9
  EXPECT_EQ(turn->lag(event, frame(9) + 35ms), 35ms);
  event.audio_ms = 201;  // a piece of frame 10
  EXPECT_EQ(turn->lag(event, frame(10)), 0ms);
  event.audio_ms = 0;
  EXPECT_EQ(turn->lag(event, frame(0) + 5ms), 5ms);
  event.kind = Kind::agent_ended;  // its audio_ms is the length of the answer
  EXPECT_EQ(turn->lag(event, frame(10)), std::nullopt);
}

TEST_F(TurnTest, BusyRtfIsComputeTimeOverAudio) {
  EXPECT_EQ(turn->rtf_busy(), std::nullopt);
  final_with_busy(250, 1'000);
  EXPECT_DOUBLE_EQ(turn->rtf_busy().value(), 0.25);
  final_with_busy(650, 800);
  EXPECT_DOUBLE_EQ(turn->rtf_busy().value(), 900.0 / 1'800) << "of all finals of the turn";
}

TEST_F(TurnTest, BusyRtfNeedsAudio) {
  final_with_busy(250, 0);
  final_with_busy(250, 1e-300);
  EXPECT_EQ(turn->rtf_busy(), std::nullopt);
}

class LiveRtf : public TurnTest, public testing::WithParamInterface<double> {};

TEST_P(LiveRtf, IsOnePlusTheSlopeOfTheLag) {
  for (int k = 0; k < 10; ++k) {
    const double position = 2'000 + 200.0 * k;
    const double lag_ms = 40 + GetParam() * 200.0 * k;
    on(Kind::acknowledged, clock.due_of_position(position) + core::from_seconds(lag_ms / 1e3), {}, position);
  }
  EXPECT_NEAR(turn->rtf_live().value(), 1 + GetParam(), 1e-9);
  EXPECT_EQ(turn->rtf_busy(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Slopes, LiveRtf, testing::Values(0.0, 0.25, 1.0, -0.2));

TEST_F(TurnTest, LiveRtfNeedsFivePointsAndHalfASecond) {
  for (int k = 0; k < 20; ++k) on(Kind::acknowledged, frame(120 + k), {}, 2'000 + 20.0 * k);
  EXPECT_EQ(turn->rtf_live(), std::nullopt) << "380 ms are too short";
  turn.emplace(*utterance, clock, 100, 5s);
  for (int k = 0; k < 4; ++k) on(Kind::acknowledged, frame(120 + k), {}, 2'000 + 500.0 * k);
  EXPECT_EQ(turn->rtf_live(), std::nullopt) << "4 points are too few";
}

}  // namespace
}  // namespace soundcheck::voice
