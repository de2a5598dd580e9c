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

TEST(Sawtooth, FindsPeriodHeightAndBases) {
  const auto found = find_sawtooth(teeth(600, 50, 20, 0.2));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->period, 50, 1);
  EXPECT_NEAR(found->height, 20, 1.5);
  EXPECT_EQ(found->bases.size(), 11U);
  for (const Point& base : found->bases) EXPECT_NEAR(base.value, 100, 1.5);
}

TEST(Sawtooth, BasesShowTheLeakBelowIt) {
  const auto found = find_sawtooth(teeth(600, 50, 20, 0.2, 0.05));
  ASSERT_TRUE(found);
  const Point& first = found->bases.front();
  const Point& last = found->bases.back();
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

/// A rise that spans two teeth would say nothing of what they stand on.
TEST(Sawtooth, LowTeethAmongHighOnesAreFoundToo) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    core::Random random{seed};
    Series series;
    double fell = 0, next = 40;
    int falls = 0;
    for (double at = 0; at < 1'200; ++at) {
      if (at >= next) {
        fell = at;
        next = at + std::round(40 * (0.5 + random.uniform()));
        ++falls;
      }
      series.push_back({at, 100 + 0.5 * (at - fell) + 0.1 * random.normal()});
    }
    const auto found = find_sawtooth(series);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->bases.size(), static_cast<std::size_t>(falls)) << seed;
  }
}

TEST(Sawtooth, TeethOfFiveSamplesAreFound) {
  const auto found = find_sawtooth(teeth(600, 5, 20, 0.1, 0.01));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->period, 5, 0.1);
  EXPECT_GT(found->bases.size(), 110U);
  const Point& first = found->bases.front();
  const Point& last = found->bases.back();
  EXPECT_NEAR((last.value - first.value) / (last.at - first.at), 0.01, 0.001);
}

/// The heap falls at any moment, and a sample is the lowest of ten readings in its second: what the teeth
/// stand on is known far better than a second's rise, and better than one reading's noise where they rise
/// slowly.
TEST(Sawtooth, BasesAreKnownWhetherTheTeethAreSteepOrNoisy) {
  struct Case {
    double rise, noise, at_most;
  };
  for (const Case& c : {Case{4, 0.1, 0.3}, Case{0.2, 0.3, 0.15}}) {
    core::Random random{7};
    Series series;
    double fell = 0, next = 30;
    for (double at = 0; at < 1'200; ++at) {
      double lowest = 1e9;
      for (int reading = 9; reading >= 0; --reading) {
        const double moment = at - reading / 10.0;
        if (moment >= next) {
          fell = next;
          next = fell + 30 * (0.8 + 0.4 * random.uniform());
        }
        lowest = std::min(lowest, 100 + c.rise * (moment - fell));
      }
      series.push_back({at, lowest + c.noise * random.normal()});
    }
    const auto found = find_sawtooth(series);
    ASSERT_TRUE(found) << c.rise;
    double mean = 0, squares = 0;
    for (const Point& base : found->bases) mean += base.value / static_cast<double>(found->bases.size());
    for (const Point& base : found->bases) squares += (base.value - mean) * (base.value - mean);
    EXPECT_LT(std::sqrt(squares / static_cast<double>(found->bases.size())), c.at_most) << c.rise;
  }
}

/// As the reference agent breathes: every trough is one sample, which the median of three takes for a spike.
/// The one at the very end has no neighbour.
TEST(Sawtooth, ATroughAtTheVeryEndIsNotKnownYet) {
  for (const double seconds : {181.0, 182.0, 185.0}) {
    const auto found = find_sawtooth(teeth(seconds, 10, 20, 0));
    ASSERT_TRUE(found) << seconds;
    EXPECT_EQ(found->bases.size(), seconds > 181 ? 18U : 17U) << seconds;
    for (const Point& base : found->bases) EXPECT_DOUBLE_EQ(base.value, 100) << base.at;
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
