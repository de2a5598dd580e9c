#include "runner/trend/degradation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "protocols/core/random.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::trend {
namespace {

/// An hour of p95 latencies in milliseconds, 200 with noise of 10, and `extra` per hour.
Series latencies(double extra, double persistence = 0.5, std::uint64_t seed = 6) {
  core::Random random{seed};
  test_support::Noise noise{random, 10, persistence};
  Series series;
  for (double at = 0; at < 3600; ++at) series.push_back({at, 200 + noise.next() + extra * at / 3600});
  return series;
}

constexpr DegradationCriteria twenty{.better = Better::lower, .matters = 20};

TEST(Degradation, SteadyIsSteady) {
  const DegradationReport report = judge_degradation(latencies(0), twenty);
  EXPECT_EQ(report.verdict, Degradation::steady);
  EXPECT_NEAR(report.level_at_start, 200, 3);
  EXPECT_NEAR(report.level_at_end, 200, 3);
  EXPECT_TRUE(report.jumps.empty());
}

TEST(Degradation, CreepIsWorseAndItsSizeIsTold) {
  const DegradationReport report = judge_degradation(latencies(60), twenty);
  EXPECT_EQ(report.verdict, Degradation::worse);
  EXPECT_NEAR(report.change, 60, 8);
  EXPECT_LT(report.change_range.low, 60);
  EXPECT_GT(report.change_range.high, 60);
  EXPECT_NEAR(report.trend_per_hour, 60, 8);
}

TEST(Degradation, ThroughputFallsForTheWorseAndRisesForTheBetter) {
  DegradationCriteria throughput = twenty;
  throughput.better = Better::higher;
  EXPECT_EQ(judge_degradation(latencies(60), throughput).verdict, Degradation::better);
  EXPECT_EQ(judge_degradation(latencies(-60), throughput).verdict, Degradation::worse);
  EXPECT_EQ(judge_degradation(latencies(-60), twenty).verdict, Degradation::better);
}

TEST(Degradation, AJumpIsWorseWithItsTimeAndSize) {
  Series series = latencies(0);
  for (Point& point : series) point.value += point.at >= 720 ? 80 : 0;
  const DegradationReport report = judge_degradation(series, twenty);
  EXPECT_EQ(report.verdict, Degradation::worse);
  ASSERT_EQ(report.jumps.size(), 1U);
  EXPECT_NEAR(report.jumps[0].at, 720, 15);
  EXPECT_NEAR(report.jumps[0].size, 80, 6);
  EXPECT_NEAR(report.change, 80, 10);
  EXPECT_NEAR(report.trend_per_hour, 0, 10);
}

TEST(Degradation, AJumpThatIsTakenBackIsSteadyButMarked) {
  Series series = latencies(0);
  for (Point& point : series) point.value += point.at >= 1000 && point.at < 1900 ? 80 : 0;
  const DegradationReport report = judge_degradation(series, twenty);
  EXPECT_EQ(report.verdict, Degradation::steady);
  ASSERT_EQ(report.jumps.size(), 2U);
  EXPECT_NEAR(report.jumps[1].size, -80, 6);
}

TEST(Degradation, WarmUpOfCachesIsNoImprovement) {
  Series series = latencies(0);
  for (Point& point : series) point.value += 300 * std::exp(-point.at / 120);
  const DegradationReport report = judge_degradation(series, twenty);
  EXPECT_EQ(report.verdict, Degradation::steady);
  ASSERT_TRUE(report.warm_up);
  EXPECT_LT(report.warm_up->ends_at, 600);
}

TEST(Degradation, CannotTellSaysHowLong) {
  const Series series = latencies(0, 0.9);
  const DegradationReport report = judge_degradation(std::span{series}.first(120), twenty);
  ASSERT_EQ(report.verdict, Degradation::cannot_tell);
  ASSERT_TRUE(report.needed_seconds);
  EXPECT_GT(*report.needed_seconds, 140);
  EXPECT_LT(*report.needed_seconds, 3600);
  EXPECT_EQ(judge_degradation({}, twenty).verdict, Degradation::cannot_tell);
}

TEST(Degradation, FalseAlarmsAndMissesAreRare) {
  int alarms = 0, found = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const double persistence = 0.95 * static_cast<double>(seed) / 100;
    const Degradation flat = judge_degradation(latencies(0, persistence, 100 + seed), twenty).verdict;
    alarms += flat == Degradation::worse || flat == Degradation::better;
    found += judge_degradation(latencies(40, persistence, 300 + seed), twenty).verdict == Degradation::worse;
  }
  EXPECT_LE(alarms, 1);
  EXPECT_GE(found, 95);
}

}  // namespace
}  // namespace soundcheck::trend
