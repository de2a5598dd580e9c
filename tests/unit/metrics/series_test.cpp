#include "runner/metrics/series.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace soundcheck::metrics {
namespace {

TEST(Series, KeepsEverySampleUpToItsLimit) {
  Series series(4);
  for (int i = 0; i < 4; ++i) series.add(i, 10.0 * i);
  ASSERT_EQ(series.points().size(), 4u);
  EXPECT_EQ(series.points()[3].at, 3);
  EXPECT_EQ(series.points()[3].value, 30);
  EXPECT_EQ(series.points()[3].samples, 1u);
}

TEST(Series, JoinsNeighboursBeyondItsLimitAndKeepsTheExtremes) {
  Series series(4);
  const double values[]{1, 5, 2, 2, 7, 9};
  for (int i = 0; i < 6; ++i) series.add(i, values[i]);
  ASSERT_EQ(series.points().size(), 3u);
  EXPECT_DOUBLE_EQ(series.points()[0].at, 0.5);
  EXPECT_DOUBLE_EQ(series.points()[0].value, 3);
  EXPECT_EQ(series.points()[0].min, 1);
  EXPECT_EQ(series.points()[0].max, 5);
  EXPECT_DOUBLE_EQ(series.points()[2].value, 8);
  EXPECT_EQ(series.points()[2].samples, 2u);
}

TEST(Series, WhatIsNoNumberIsNoSample) {
  Series series;
  series.add(0, std::nan(""));
  series.add(1, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(series.points().empty());
}

/// Whatever the length: bounded, nothing lost, ascending, and the mean of all is the mean of the points.
TEST(Series, AnyLengthKeepsItsSums) {
  std::mt19937 random(7);
  for (const std::size_t limit : {2u, 3u, 7u, 64u}) {
    for (int length = 1; length < 400; length += 13) {
      Series series(limit);
      double sum = 0;
      double smallest = std::numeric_limits<double>::infinity();
      for (int i = 0; i < length; ++i) {
        const double value = std::uniform_real_distribution(-5.0, 9.0)(random);
        sum += value;
        smallest = std::min(smallest, value);
        series.add(i, value);
      }
      ASSERT_LE(series.points().size(), limit);
      double points_sum = 0;
      double points_smallest = std::numeric_limits<double>::infinity();
      std::uint64_t samples = 0;
      double last_at = -1;
      for (const SeriesPoint& point : series.points()) {
        EXPECT_GT(point.at, last_at);
        last_at = point.at;
        EXPECT_LE(point.min, point.value + 1e-9);
        EXPECT_GE(point.max, point.value - 1e-9);
        points_sum += point.value * static_cast<double>(point.samples);
        points_smallest = std::min(points_smallest, point.min);
        samples += point.samples;
      }
      EXPECT_EQ(samples, static_cast<std::uint64_t>(length));
      EXPECT_NEAR(points_sum, sum, 1e-6);
      EXPECT_EQ(points_smallest, smallest);
    }
  }
}

}  // namespace
}  // namespace soundcheck::metrics
