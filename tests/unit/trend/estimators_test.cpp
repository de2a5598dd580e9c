// Each estimator against values worked out by hand or printed in tables, and what must not change it.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "protocols/core/random.hpp"
#include "runner/trend/autocorrelation.hpp"
#include "runner/trend/distribution.hpp"
#include "runner/trend/mann_kendall.hpp"
#include "runner/trend/order.hpp"
#include "runner/trend/theil_sen.hpp"
#include "runner/trend/thin.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::trend {
namespace {

Series at_seconds(const std::vector<double>& values) {
  Series series;
  for (const double value : values) series.push_back({static_cast<double>(series.size()), value});
  return series;
}

TEST(Order, MedianQuantileAndDeviation) {
  EXPECT_DOUBLE_EQ(median({3, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_DOUBLE_EQ(median({7}), 7);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4, 5}, 0.1), 1.4);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4, 5}, 1), 5);
  // Distances from 3: 2, 1, 0, 1, 97; their median is 1.
  EXPECT_DOUBLE_EQ(deviation(std::vector<double>{1, 2, 3, 4, 100}), 1.4826);
}

TEST(Order, EqualValuesShareTheirRank) {
  EXPECT_EQ(ranks(std::vector<double>{10, 30, 20, 20}), (std::vector<double>{1, 4, 2.5, 2.5}));
}

TEST(Distribution, IsThatOfTheTables) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959964, 1e-6);
  EXPECT_NEAR(normal_chance(1.959964), 0.975, 1e-6);
  EXPECT_NEAR(student_quantile(0.975, 10), 2.228139, 1e-6);
}

TEST(Thin, MediansOfEqualSpans) {
  const Series thinned = thin(at_seconds({1, 2, 900, 4, 5, 6}), 2);
  ASSERT_EQ(thinned.size(), 2U);
  EXPECT_EQ(thinned[0], (Point{1, 2}));
  EXPECT_EQ(thinned[1], (Point{4, 5}));
}

TEST(Thin, ShortSeriesStayAndGapsStayGaps) {
  const Series few = at_seconds({3, 1, 2});
  EXPECT_EQ(thin(few, 3), few);
  const Series gap{{0, 1}, {1, 1}, {2, 1}, {98, 5}, {99, 5}, {100, 5}};
  EXPECT_EQ(thin(gap, 5), (Series{{1, 1}, {99, 5}}));
}

TEST(Autocorrelation, ByHand) {
  // About the mean 2.5: (2.25 + 0.25 + 0.25 + 2.25); at lag 1: 0.75 - 0.25 + 0.75.
  const std::vector<double> values{1, 2, 3, 4};
  EXPECT_DOUBLE_EQ(autocorrelation(values, 1), 0.25);
  EXPECT_DOUBLE_EQ(autocorrelation(values, 0), 1);
  EXPECT_DOUBLE_EQ(autocorrelation(values, 4), 0);
  EXPECT_DOUBLE_EQ(autocorrelation(std::vector<double>{5, 5, 5}, 1), 0);
}

TEST(TheilSen, ByHand) {
  // The six slopes are 1, 1.5, 2, 7/3, 2.5 and 4.
  const TheilSen result = theil_sen(at_seconds({1, 3, 4, 8}), 0.9);
  EXPECT_DOUBLE_EQ(result.slope, (2 + 7.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(result.intercept, median({1, 3 - 13.0 / 6, 4 - 26.0 / 6, 8 - 39.0 / 6}));
}

TEST(TheilSen, WithoutTwoTimesAnySlopeIsPossible) {
  for (const Series& series : {Series{}, Series{{1, 5}}, Series{{1, 5}, {1, 6}}}) {
    const TheilSen result = theil_sen(series, 0.9);
    EXPECT_EQ(result.interval.low, -std::numeric_limits<double>::infinity());
    EXPECT_EQ(result.interval.high, std::numeric_limits<double>::infinity());
  }
}

TEST(TheilSen, SensOwnExample) {
  // The example of Sen 1968: slope 4, and 26/7 to 35/8 with 93 % confidence.
  const Series series{{1, 9}, {2, 15}, {3, 19}, {4, 20}, {10, 45}, {12, 55}, {18, 78}};
  const TheilSen result = theil_sen(series, 0.93);
  EXPECT_DOUBLE_EQ(result.slope, 4);
  EXPECT_DOUBLE_EQ(result.interval.low, 26.0 / 7);
  EXPECT_DOUBLE_EQ(result.interval.high, 35.0 / 8);
}

TEST(TheilSen, AutocorrelationWidensTheInterval) {
  core::Random random{7};
  test_support::Noise noise{random, 1, 0};
  Series series;
  for (int i = 0; i < 60; ++i) series.push_back({static_cast<double>(i), noise.next()});
  const Interval one = theil_sen(series, 0.95, 1).interval;
  const Interval four = theil_sen(series, 0.95, 4).interval;
  EXPECT_NEAR((four.high - four.low) / (one.high - one.low), 2, 0.3);
}

TEST(TheilSen, ThreeTenthsWrongDoNotMoveIt) {
  Series series;
  for (int i = 0; i < 100; ++i) series.push_back({static_cast<double>(i), i % 4 == 3 ? 1e6 : 2.0 * i});
  EXPECT_DOUBLE_EQ(theil_sen(series, 0.95).slope, 2);
}

TEST(MannKendall, AllRising) {
  std::vector<double> values(10);
  std::iota(values.begin(), values.end(), 1.0);
  const MannKendall result = mann_kendall(at_seconds(values), 1);
  EXPECT_DOUBLE_EQ(result.s, 45);
  EXPECT_DOUBLE_EQ(result.variance, 125);  // 10 x 9 x 25 / 18
  EXPECT_DOUBLE_EQ(result.inflation, 1);
  EXPECT_DOUBLE_EQ(result.z, 44 / std::sqrt(125));
  EXPECT_LT(result.chance_up, 0.0001);
  EXPECT_GT(result.chance_down, 0.9999);
}

TEST(MannKendall, TiesTakeOffVariance) {
  // (4 x 3 x 13 - 2 x 1 x 9) / 18; one pair of six is equal.
  const MannKendall result = mann_kendall(at_seconds({1, 2, 2, 3}), 0);
  EXPECT_DOUBLE_EQ(result.s, 5);
  EXPECT_DOUBLE_EQ(result.variance, 138.0 / 18);
}

TEST(MannKendall, AllEqualIsNoTrend) {
  const MannKendall result = mann_kendall(at_seconds({4, 4, 4, 4, 4}), 0);
  EXPECT_DOUBLE_EQ(result.z, 0);
  EXPECT_DOUBLE_EQ(result.chance_up, 0.5);
}

TEST(MannKendall, HamedAndRaosFormula) {
  // n = 4: 1 + 2 / (4 x 3 x 2) x (3 x 2 x 1) x 0.5; later lags have the factor 0.
  EXPECT_DOUBLE_EQ(mann_kendall(at_seconds({1, 2, 3, 4}), 1, 0.5).inflation, 1.25);
}

TEST(MannKendall, CorrectedFalseAlarmsOfAutocorrelatedSeriesAreRare) {
  core::Random random{11};
  int plain = 0, corrected = 0;
  for (int run = 0; run < 200; ++run) {
    test_support::Noise noise{random, 1, 0.8};
    Series series;
    for (int i = 0; i < 150; ++i) series.push_back({static_cast<double>(i), noise.next()});
    const double slope = theil_sen(series, 0.95).slope;
    const MannKendall result = mann_kendall(series, slope, 0.8);
    corrected += result.chance_up < 0.05;
    plain += result.z * std::sqrt(result.inflation) > 1.645;
  }
  EXPECT_GT(plain, 40) << "without the correction a fifth and more are false alarms";
  EXPECT_LE(corrected, 16) << "5 % of 200 are 10; 16 is two deviations more";
}

TEST(Estimators, ShiftScaleAndReversal) {
  core::Random random{3};
  for (int run = 0; run < 20; ++run) {
    Series series, moved, turned;
    for (int i = 0; i < 40; ++i) series.push_back({i + random.uniform() / 2, random.normal() + 0.02 * i});
    for (const Point& point : series) moved.push_back({point.at + 500, 3 * point.value - 70});
    for (const Point& point : series) turned.insert(turned.begin(), {-point.at, point.value});
    const TheilSen was = theil_sen(series, 0.95);
    EXPECT_NEAR(theil_sen(moved, 0.95).slope, 3 * was.slope, 1e-9);
    EXPECT_NEAR(theil_sen(turned, 0.95).slope, -was.slope, 1e-9);
    EXPECT_DOUBLE_EQ(mann_kendall(moved, 3 * was.slope).s, mann_kendall(series, was.slope).s);
    EXPECT_DOUBLE_EQ(mann_kendall(turned, -was.slope).s, -mann_kendall(series, was.slope).s);
    EXPECT_LE(was.interval.low, was.slope);
    EXPECT_GE(was.interval.high, was.slope);
  }
}

}  // namespace
}  // namespace soundcheck::trend
