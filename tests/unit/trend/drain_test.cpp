#include "runner/trend/drain.hpp"

#include <gtest/gtest.h>

#include "protocols/core/random.hpp"

namespace soundcheck::trend {
namespace {

/// 100 before the load (0 to 20 s), growing to 160 until 320 s, then `after` from 330 s to 380 s.
Series run(double after, double growth = 60) {
  core::Random random{2};
  Series series;
  for (double at = 0; at < 380; ++at) {
    const double level = at < 20    ? 100
                         : at < 320 ? 100 + growth * (at - 20) / 300
                         : at < 330 ? 100 + growth
                                    : after;
    series.push_back({at, level + 0.2 * random.normal()});
  }
  return series;
}

TEST(Drain, WhatUsersHeldComesBack) {
  const DrainReport report = judge_drain(run(104), 20, 320);
  EXPECT_EQ(report.verdict, DrainVerdict::came_back);
  EXPECT_NEAR(report.before, 100, 0.3);
  EXPECT_NEAR(report.at_end, 157, 0.5);
  EXPECT_NEAR(report.after, 104, 0.3);
  EXPECT_NEAR(report.returned.value_or(0), 53.0 / 57, 0.02);
}

TEST(Drain, PartlyAndKept) {
  EXPECT_EQ(judge_drain(run(130), 20, 320).verdict, DrainVerdict::partly);
  EXPECT_EQ(judge_drain(run(159), 20, 320).verdict, DrainVerdict::kept);
  EXPECT_EQ(judge_drain(run(180), 20, 320).verdict, DrainVerdict::kept);
}

TEST(Drain, WithoutGrowthThereIsNothingToGiveBack) {
  const DrainReport report = judge_drain(run(100, 0), 20, 320);
  EXPECT_EQ(report.verdict, DrainVerdict::no_growth);
  EXPECT_FALSE(report.returned);
}

TEST(Drain, TooFewPointsAfterTheLoadAreNoData) {
  EXPECT_EQ(judge_drain(run(104), 20, 378).verdict, DrainVerdict::no_data);
  EXPECT_EQ(judge_drain(run(104), 20, 400).verdict, DrainVerdict::no_data);
  EXPECT_EQ(judge_drain({}, 20, 320).verdict, DrainVerdict::no_data);
}

TEST(Drain, NothingBeforeTheLoadMeansItsFirstTenth) {
  const Series series = run(104);
  const DrainReport report = judge_drain(std::span{series}.subspan(20), 20, 320);
  EXPECT_EQ(report.verdict, DrainVerdict::came_back);
  EXPECT_NEAR(report.before, 103, 0.5);
}

}  // namespace
}  // namespace soundcheck::trend
