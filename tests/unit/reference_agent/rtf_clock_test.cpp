#include "tools/reference_agent/rtf_clock.hpp"

#include <gtest/gtest.h>

#include <random>

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;
using core::TimePoint;

TEST(RtfClock, KeepsUpBelowOne) {
  RtfClock clock(0.5);
  const TimePoint t0{1s};
  for (int i = 0; i < 100; ++i) {
    const auto arrival = t0 + i * 20ms;
    EXPECT_EQ(clock.arrive(arrival, 20), arrival + 10ms);
    EXPECT_DOUBLE_EQ(clock.backlog_ms(arrival + 9ms), 20);
    EXPECT_DOUBLE_EQ(clock.backlog_ms(arrival + 10ms), 0);
  }
}

TEST(RtfClock, FallsBehindAboveOne) {
  RtfClock clock(1.5);
  const TimePoint t0{};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(clock.arrive(t0 + i * 20ms, 20), t0 + (i + 1) * 30ms);
  EXPECT_DOUBLE_EQ(clock.backlog_ms(t0 + 2s), 2000 - 66 * 20);
}

TEST(RtfClock, TellsWhenAPositionIsDone) {
  RtfClock clock(2);
  const TimePoint t0{};
  clock.arrive(t0, 20);
  clock.arrive(t0, 20);
  EXPECT_EQ(clock.finished(10), t0 + 40ms);  // inside the first frame: when the frame is done
  EXPECT_EQ(clock.finished(20), t0 + 40ms);
  EXPECT_EQ(clock.finished(30), t0 + 80ms);
  EXPECT_EQ(clock.finished(40), t0 + 80ms);
}

TEST(RtfClock, TotalTimeOfABurstIsTheFactorTimesTheAudio) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    const double rtf = 0.1 + random() % 30 / 10.0;
    RtfClock clock(rtf);
    const TimePoint t0{7s};
    TimePoint last{};
    double total_ms = 0;
    for (int i = 0; i < 200; ++i) {
      const double length = 10.0 * (1 + random() % 6);
      total_ms += length;
      last = clock.arrive(t0, length);
    }
    EXPECT_NEAR(core::to_milliseconds(last - t0), rtf * total_ms, 1e-3);
    EXPECT_EQ(clock.finished(total_ms), last);
    EXPECT_DOUBLE_EQ(clock.backlog_ms(last), 0);
  }
}

}  // namespace
}  // namespace soundcheck::reference_agent
