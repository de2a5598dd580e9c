#include "runner/trend/sight.hpp"

#include <gtest/gtest.h>

namespace soundcheck::trend {
namespace {

/// A sample every `every` seconds.
Series between(double from, double to, double every = 1) {
  Series series;
  for (double at = from; at <= to; at += every) series.push_back({at, 1});
  return series;
}

TEST(Sight, EvenSamplesSeeEverything) {
  EXPECT_EQ(unseen_seconds(between(0, 100), 0, 100), 0);
  EXPECT_EQ(unseen_seconds(between(0, 120, 60), 0, 120), 0) << "rare, but as they are meant to come";
  EXPECT_EQ(unseen_seconds(between(50, 170, 60), 0, 180), 0);
}

TEST(Sight, AQuarterMayBeMissingSomewhere) {
  Series series = between(0, 50);
  for (const Point& point : between(74, 100)) series.push_back(point);
  EXPECT_EQ(unseen_seconds(series, 0, 100), 0);
  EXPECT_EQ(unseen_seconds(between(20, 100), 0, 100), 0);
  EXPECT_EQ(unseen_seconds(between(0, 80), 0, 100), 0);
}

TEST(Sight, MoreThanAQuarterIsTooMuch) {
  Series series = between(0, 40);
  for (const Point& point : between(70, 100)) series.push_back(point);
  EXPECT_EQ(unseen_seconds(series, 0, 100), 30);
  EXPECT_EQ(unseen_seconds(between(30, 100), 0, 100), 30) << "at the beginning";
  EXPECT_EQ(unseen_seconds(between(0, 40), 0, 1800), 1760) << "at the end";
  EXPECT_EQ(unseen_seconds(between(40, 40), 0, 100), 60) << "a single one";
  EXPECT_EQ(unseen_seconds({}, 0, 100), 100);
}

}  // namespace
}  // namespace soundcheck::trend
