#include "protocols/audio/pacer.hpp"

#include <gtest/gtest.h>

#include <random>

namespace soundcheck::audio {
namespace {

using namespace std::chrono_literals;

const core::TimePoint t0{std::chrono::hours{3}};

TEST(Pacer, NothingIsDueEarly) {
  Pacer pacer(t0, 20ms);
  const auto step = pacer.take(t0 - 1ns);
  EXPECT_FALSE(step.send);
  EXPECT_EQ(pacer.next_index(), 0U);
  EXPECT_EQ(pacer.next_due(), t0);
}

TEST(Pacer, AFrameIsTakenOnceWhenItIsDue) {
  Pacer pacer(t0, 20ms);
  const auto first = pacer.take(t0 + 3ms);
  EXPECT_TRUE(first.send);
  EXPECT_EQ(first.index, 0U);
  EXPECT_EQ(first.error, 3ms);
  EXPECT_FALSE(pacer.take(t0 + 3ms).send);
  EXPECT_EQ(pacer.next_due(), t0 + 20ms);
}

TEST(Pacer, BurstSendsEveryLateFrame) {
  Pacer pacer(t0, 20ms, CatchUp::burst);
  for (std::uint64_t i = 0; i <= 5; ++i) {
    const auto step = pacer.take(t0 + 100ms);
    EXPECT_TRUE(step.send);
    EXPECT_EQ(step.index, i);
    EXPECT_EQ(step.skipped, 0U);
    EXPECT_EQ(step.error, 100ms - 20ms * static_cast<int>(i));
  }
  EXPECT_FALSE(pacer.take(t0 + 100ms).send);
}

TEST(Pacer, SkipLeavesOutFramesThatAreAWholeFrameLate) {
  Pacer pacer(t0, 20ms, CatchUp::skip);
  const auto almost = pacer.take(t0 + 20ms - 1ns);
  EXPECT_EQ(almost.index, 0U);
  EXPECT_EQ(almost.skipped, 0U);
  const auto late = pacer.take(t0 + 85ms);  // frames 1, 2 and 3 were due at 20, 40 and 60 ms
  EXPECT_TRUE(late.send);
  EXPECT_EQ(late.skipped, 3U);
  EXPECT_EQ(late.index, 4U);
  EXPECT_EQ(late.error, 5ms);
  EXPECT_EQ(pacer.next_due(), t0 + 100ms);
}

TEST(Pacer, NeverDriftsWhateverTheWakeUps) {
  std::mt19937_64 random(20240501);
  for (int round = 0; round < 200; ++round) {
    const core::Duration frame{std::uniform_int_distribution<std::int64_t>(1, 60'000'000)(random)};
    const CatchUp catch_up = round % 2 == 0 ? CatchUp::burst : CatchUp::skip;
    Pacer pacer(t0, frame, catch_up);
    std::uniform_int_distribution<std::int64_t> pause(0, 5 * frame.count());
    core::TimePoint now = t0 - frame;
    std::uint64_t accounted = 0;
    for (int wake = 0; wake < 300; ++wake) {
      now += core::Duration{pause(random)};
      for (auto step = pacer.take(now); step.send; step = pacer.take(now)) {
        ASSERT_EQ(step.index, accounted + step.skipped);
        ASSERT_EQ(step.error, now - (t0 + frame * static_cast<std::int64_t>(step.index)));
        ASSERT_GE(step.error, core::Duration::zero());
        if (catch_up == CatchUp::skip) {
          ASSERT_LT(step.error, frame);
        } else {
          ASSERT_EQ(step.skipped, 0U);
        }
        accounted += step.skipped + 1;
      }
      // Every frame due by now has been sent or skipped, and none that is due later.
      const auto due_by_now = now < t0 ? 0U : static_cast<std::uint64_t>((now - t0) / frame) + 1;
      ASSERT_EQ(accounted, due_by_now);
    }
  }
}

TEST(Pacer, CountsTheFramesThatAreDueAndWereNotTaken) {
  Pacer pacer(t0, 20ms);
  EXPECT_EQ(pacer.overdue(t0 - 1ns), 0U);
  EXPECT_EQ(pacer.overdue(t0), 1U);
  EXPECT_EQ(pacer.overdue(t0 + 59ms), 3U);
  pacer.take(t0 + 59ms);
  EXPECT_EQ(pacer.overdue(t0 + 59ms), 2U);
}

TEST(Pacer, AnHourLaterFramesAreStillExact) {
  const Pacer pacer(t0, 20ms);
  EXPECT_EQ(pacer.due(180'000), t0 + 1h);
}

}  // namespace
}  // namespace soundcheck::audio
