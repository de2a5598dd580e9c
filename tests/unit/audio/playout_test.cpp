#include "protocols/audio/playout.hpp"

#include <gtest/gtest.h>

#include <random>

namespace soundcheck::audio {
namespace {

using namespace std::chrono_literals;

const core::TimePoint t0{std::chrono::hours{1}};

TEST(Playout, TheFirstChunkIsHeardAtOnce) {
  Playout playout;
  EXPECT_EQ(playout.drained_at(), std::nullopt);
  EXPECT_EQ(playout.queued(t0), 0ns);
  playout.begin_utterance();
  const auto heard = playout.push(t0, 20ms);
  EXPECT_EQ(heard.begin, t0);
  EXPECT_EQ(heard.end, t0 + 20ms);
  EXPECT_EQ(heard.gap, 0ns);
  EXPECT_EQ(playout.drained_at(), t0 + 20ms);
}

TEST(Playout, EarlyDataWaitsItsTurn) {
  Playout playout;
  playout.begin_utterance();
  playout.push(t0, 100ms);
  const auto heard = playout.push(t0 + 10ms, 100ms);
  EXPECT_EQ(heard.begin, t0 + 100ms);
  EXPECT_EQ(heard.end, t0 + 200ms);
  EXPECT_EQ(heard.gap, 0ns);
  EXPECT_EQ(playout.queued(t0 + 10ms), 190ms);
  EXPECT_EQ(playout.queued(t0 + 300ms), 0ns);
}

TEST(Playout, ARunDryInsideAnUtteranceIsAGap) {
  Playout playout;
  playout.begin_utterance();
  playout.push(t0, 20ms);
  EXPECT_EQ(playout.push(t0 + 20ms, 20ms).gap, 0ns) << "just in time is not a gap";
  const auto heard = playout.push(t0 + 75ms, 20ms);
  EXPECT_EQ(heard.begin, t0 + 75ms);
  EXPECT_EQ(heard.gap, 35ms);
}

TEST(Playout, SilenceBetweenUtterancesIsNoGap) {
  Playout playout;
  playout.begin_utterance();
  playout.push(t0, 20ms);
  playout.end_utterance();
  playout.begin_utterance();
  EXPECT_EQ(playout.push(t0 + 5s, 20ms).gap, 0ns);
  EXPECT_EQ(playout.push(t0 + 6s, 20ms).gap, 980ms);
}

TEST(Playout, OutsideUtterancesThereAreNoGaps) {
  Playout playout;
  playout.push(t0, 20ms);
  EXPECT_EQ(playout.push(t0 + 1s, 20ms).gap, 0ns);
}

TEST(Playout, AnUtteranceQueuesBehindTheOneBefore) {
  Playout playout;
  playout.begin_utterance();
  playout.push(t0, 100ms);
  playout.end_utterance();
  playout.begin_utterance();
  EXPECT_EQ(playout.push(t0 + 50ms, 20ms).begin, t0 + 100ms);
}

TEST(Playout, AnEmptyChunkNeitherMakesNorHidesAGap) {
  Playout playout;
  playout.begin_utterance();
  playout.push(t0, 20ms);
  EXPECT_EQ(playout.push(t0 + 50ms, 0ms).gap, 0ns);
  EXPECT_EQ(playout.push(t0 + 60ms, 20ms).gap, 40ms);
}

TEST(Playout, ClearDropsWhatWasNotHeard) {
  Playout playout;
  EXPECT_EQ(playout.clear(t0), 0ns);
  playout.begin_utterance();
  playout.push(t0, 500ms);
  EXPECT_EQ(playout.clear(t0 + 120ms), 380ms);
  EXPECT_EQ(playout.queued(t0 + 120ms), 0ns);
  EXPECT_EQ(playout.drained_at(), t0 + 120ms);
  const auto heard = playout.push(t0 + 200ms, 20ms);
  EXPECT_EQ(heard.begin, t0 + 200ms);
  EXPECT_EQ(heard.gap, 0ns) << "the silence was asked for";
}

TEST(Playout, ClearAfterEverythingWasHeardChangesNothing) {
  Playout playout;
  playout.begin_utterance();
  playout.push(t0, 20ms);
  EXPECT_EQ(playout.clear(t0 + 1s), 0ns);
  EXPECT_EQ(playout.drained_at(), t0 + 20ms);
}

TEST(Playout, HeardAudioAndGapsFillTheUtterance) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    Playout playout;
    playout.begin_utterance();
    core::TimePoint now = t0;
    core::TimePoint first{};
    core::TimePoint end{};
    core::Duration audio{};
    core::Duration gaps{};
    for (int i = 0; i < 100; ++i) {
      now += core::Duration{std::uniform_int_distribution<std::int64_t>(0, 40'000'000)(random)};
      const core::Duration length{std::uniform_int_distribution<std::int64_t>(1, 40'000'000)(random)};
      const auto heard = playout.push(now, length);
      if (i == 0) first = heard.begin;
      ASSERT_GE(heard.begin, now);
      audio += length;
      gaps += heard.gap;
      end = heard.end;
    }
    ASSERT_EQ(end - first, audio + gaps);
  }
}

}  // namespace
}  // namespace soundcheck::audio
