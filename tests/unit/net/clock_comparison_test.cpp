#include "protocols/net/clock_comparison.hpp"

#include <gtest/gtest.h>

namespace soundcheck::net {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration ahead = 480'000h + 123ns;

TEST(ClockComparison, OneCloseReadingIsEnough) {
  ClockComparison clocks;
  EXPECT_FALSE(clocks.enough());
  clocks.add(core::TimePoint{1h}, 1h + 50ns + ahead, core::TimePoint{1h + 100ns});
  EXPECT_TRUE(clocks.enough());
  EXPECT_EQ(clocks.monotonic_at(2h + ahead), core::TimePoint{2h});
}

TEST(ClockComparison, TheClosestOfThreeCounts) {
  ClockComparison clocks;
  clocks.add(core::TimePoint{1h}, 1h + ahead, core::TimePoint{1h + 4ms});
  clocks.add(core::TimePoint{2h}, 2h + 2us + ahead, core::TimePoint{2h + 4us});
  EXPECT_FALSE(clocks.enough());
  clocks.add(core::TimePoint{3h}, 3h + ahead, core::TimePoint{3h + 8ms});
  EXPECT_TRUE(clocks.enough());
  EXPECT_EQ(clocks.monotonic_at(4h + ahead), core::TimePoint{4h});
}

TEST(Possible, IsBetweenWhatCameBeforeAndNow) {
  const core::TimePoint before{1h}, now{2h};
  EXPECT_EQ(possible(core::TimePoint{90min}, before, now), core::TimePoint{90min});
  EXPECT_EQ(possible(core::TimePoint{30min}, before, now), before);
  EXPECT_EQ(possible(core::TimePoint{3h}, before, now), now);
}

}  // namespace
}  // namespace soundcheck::net
