#include "runner/trend/sawtooth.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "protocols/core/random.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::trend {
namespace {

Series teeth(double seconds, double period, double height, double noise, double per_second = 0) {
  core::Random random{5};
  Series series;
  for (double at = 0; at < seconds; ++at) {
    series.push_back(
        {at, 100 + height * std::fmod(at, period) / period + per_second * at + noise * random.normal()});
  }
  return series;
}

TEST(Sawtooth, FindsPeriodHeightAndTroughs) {
  const auto found = find_sawtooth(teeth(600, 50, 20, 0.2));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->period, 50, 1);
  EXPECT_NEAR(found->height, 20, 1.5);
  EXPECT_EQ(found->troughs.size(), 11U);
  for (const Point& trough : found->troughs) EXPECT_NEAR(trough.value, 100, 1.5);
}

TEST(Sawtooth, TroughsShowTheLeakBelowIt) {
  const auto found = find_sawtooth(teeth(600, 50, 20, 0.2, 0.05));
  ASSERT_TRUE(found);
  const Point& first = found->troughs.front();
  const Point& last = found->troughs.back();
  EXPECT_NEAR((last.value - first.value) / (last.at - first.at), 0.05, 0.003);
}

TEST(Sawtooth, LargeWarmUpDoesNotHideIt) {
  Series series = teeth(600, 30, 10, 0.2);
  for (Point& point : series) point.value -= 80 * std::exp(-point.at / 60);
  const auto found = find_sawtooth(series);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->period, 30, 2);
}

TEST(Sawtooth, BreathingIsFoundToo) {
  Series series;
  for (double at = 0; at < 600; ++at) series.push_back({at, 10 * std::sin(at / 8)});
  const auto found = find_sawtooth(series);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->period, 8 * 2 * 3.14159, 1.5);
}

/// As the reference agent breathes: every trough is one sample, which the median of three takes for a spike,
/// so all are too high by the same. The one at the very end has no neighbour; taken as it is, it would look
/// like a fall.
TEST(Sawtooth, ATroughAtTheVeryEndIsNotKnownYet) {
  for (const double seconds : {181.0, 182.0, 185.0}) {
    const auto found = find_sawtooth(teeth(seconds, 10, 20, 0));
    ASSERT_TRUE(found) << seconds;
    EXPECT_EQ(found->troughs.size(), seconds > 181 ? 18U : 17U) << seconds;
    for (const Point& trough : found->troughs) EXPECT_DOUBLE_EQ(trough.value, 102) << trough.at;
  }
}

TEST(Sawtooth, NoiseIsNone) {
  core::Random random{9};
  for (const double persistence : {0.0, 0.5, 0.9, 0.95}) {
    for (const double slope : {0.0, 0.02}) {
      for (int run = 0; run < 20; ++run) {
        test_support::Noise noise{random, 1, persistence};
        Series series;
        for (double at = 0; at < 600; ++at) series.push_back({at, noise.next() + slope * at});
        EXPECT_FALSE(find_sawtooth(series)) << persistence << ' ' << slope << ' ' << run;
      }
    }
  }
}

TEST(Sawtooth, SpikesAndTwoFallsAreNone) {
  Series spikes(600, Point{});
  for (std::size_t i = 0; i < spikes.size(); ++i)
    spikes[i] = {static_cast<double>(i), i % 60 == 30 ? 50.0 : 1.0};
  EXPECT_FALSE(find_sawtooth(spikes));
  EXPECT_FALSE(find_sawtooth(teeth(600, 250, 20, 0.2)));
}

}  // namespace
}  // namespace soundcheck::trend
