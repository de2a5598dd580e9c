#include "runner/trend/growth_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "protocols/core/random.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::trend {
namespace {

/// 200 points, five seconds apart, with the slope 0.01 and noise of 0.3.
Series line(double persistence = 0) {
  core::Random random{21};
  test_support::Noise noise{random, 0.3, persistence};
  Series series;
  for (int i = 0; i < 200; ++i) series.push_back({5.0 * i, 100 + 0.05 * i + noise.next()});
  return series;
}

bool holds(const Interval& interval, double value) { return interval.low <= value && value <= interval.high; }

TEST(GrowthFit, ALineIsALine) {
  const GrowthFit fit = fit_growth(line());
  EXPECT_NEAR(fit.slope, 0.01, 0.0005);
  EXPECT_TRUE(holds(fit.slopes, 0.01));
  EXPECT_FALSE(fit.warm_up);
  EXPECT_TRUE(fit.steps.empty());
  EXPECT_NEAR(fit.noise, 0.3, 0.05);
  EXPECT_LE(fit.persistence, 0.2);
}

TEST(GrowthFit, PersistentNoiseWidensTheInterval) {
  const GrowthFit fit = fit_growth(line(0.9));
  EXPECT_NEAR(fit.persistence, 0.9, 0.07);
  EXPECT_TRUE(holds(fit.slopes, 0.01));
  const Interval white = fit_growth(line()).slopes;
  EXPECT_GT(fit.slopes.high - fit.slopes.low, 2 * (white.high - white.low));
}

TEST(GrowthFit, StepsAreFoundWithTimeAndSize) {
  Series series = line();
  for (Point& point : series) point.value += (point.at >= 300 ? 8 : 0) - (point.at >= 700 ? 5 : 0);
  const GrowthFit fit = fit_growth(series);
  ASSERT_EQ(fit.steps.size(), 2U);
  EXPECT_DOUBLE_EQ(fit.steps[0].at, 300);
  EXPECT_NEAR(fit.steps[0].size, 8, 0.3);
  EXPECT_DOUBLE_EQ(fit.steps[1].at, 700);
  EXPECT_NEAR(fit.steps[1].size, -5, 0.3);
  EXPECT_TRUE(holds(fit.slopes, 0.01));
  EXPECT_NEAR(fit.cleaned.back().value - fit.cleaned.front().value, 10, 1.5);
}

TEST(GrowthFit, ExponentialWarmUpIsTakenOff) {
  Series series = line();
  for (Point& point : series) point.value += 40 * (1 - std::exp(-point.at / 90));
  const GrowthFit fit = fit_growth(series);
  ASSERT_TRUE(fit.warm_up);
  EXPECT_EQ(fit.warm_up->kind, WarmUp::Kind::exponential);
  EXPECT_NEAR(fit.warm_up->seconds, 90, 5);
  EXPECT_NEAR(fit.warm_up->size, 40, 1);
  EXPECT_NEAR(fit.warm_up->ends_at, 90 * std::log(10), 15);
  EXPECT_NEAR(fit.warm_up->value(90), 40 * (1 - std::exp(-1)), 1);
  EXPECT_TRUE(holds(fit.slopes, 0.01));
}

TEST(GrowthFit, LogarithmicWarmUpIsTakenOff) {
  Series series = line();
  for (Point& point : series) point.value += 12 * std::log1p(point.at / 30);
  const GrowthFit fit = fit_growth(series);
  ASSERT_TRUE(fit.warm_up);
  EXPECT_EQ(fit.warm_up->kind, WarmUp::Kind::logarithmic);
  EXPECT_TRUE(holds(fit.slopes, 0.01));
}

/// The store is full at moments that the grid of time constants does not have.
TEST(GrowthFit, AStoreThatFillsIsTakenOffAndIsNoStep) {
  for (const double full : {47.0, 137.0, 301.0, 449.0}) {
    Series series = line();
    for (Point& point : series)
      point.value += 60 * std::min(1.0, point.at / full) + (point.at >= 700 ? 9 : 0);
    const GrowthFit fit = fit_growth(series);
    ASSERT_TRUE(fit.warm_up) << full;
    EXPECT_EQ(fit.warm_up->kind, WarmUp::Kind::filling) << full;
    EXPECT_NEAR(fit.warm_up->seconds, full, 2);
    EXPECT_NEAR(fit.warm_up->size, 60, 1);
    EXPECT_NEAR(fit.warm_up->value(full / 2), 30, 1) << full;
    ASSERT_EQ(fit.steps.size(), 1U) << full;
    EXPECT_NEAR(fit.steps[0].size, 9, 0.5) << full;
    EXPECT_TRUE(holds(fit.slopes, 0.01)) << full;
  }
}

TEST(GrowthFit, ManyStepsUpAreASlopeAndNotSteps) {
  Series series = line();
  for (Point& point : series) point.value += -0.01 * point.at + 2 * std::floor(point.at / 125);
  const GrowthFit fit = fit_growth(series);
  EXPECT_TRUE(fit.steps.empty());
  EXPECT_NEAR(fit.slope, 0.016, 0.002);
}

TEST(GrowthFit, ConstantSeries) {
  Series series;
  for (int i = 0; i < 100; ++i) series.push_back({static_cast<double>(i), 4096});
  const GrowthFit fit = fit_growth(series);
  EXPECT_DOUBLE_EQ(fit.slope, 0);
  EXPECT_DOUBLE_EQ(fit.slopes.low, 0);
  EXPECT_DOUBLE_EQ(fit.slopes.high, 0);
}

}  // namespace
}  // namespace soundcheck::trend
