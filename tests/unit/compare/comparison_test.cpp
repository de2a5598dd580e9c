#include "runner/compare/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace soundcheck::compare {
namespace {

constexpr CompareCriteria latency{};

Measurement run(double value, double error = 0.5) { return {value, error, 200}; }

Change against(double base, double fresh, const CompareCriteria& criteria = latency, double error = 0.5) {
  return compare_runs(std::vector{run(base, error)}, run(fresh, error), criteria).change;
}

TEST(Comparison, WorseImprovedSameCannotTell) {
  EXPECT_EQ(against(100, 106), Change::worse);
  EXPECT_EQ(against(100, 94), Change::improved);
  EXPECT_EQ(against(100, 100.5), Change::same);
  EXPECT_EQ(against(100, 104, latency, 3), Change::cannot_tell);
}

TEST(Comparison, ThroughputIsBetterHigher) {
  CompareCriteria throughput;
  throughput.better = trend::Better::higher;
  EXPECT_EQ(against(100, 106, throughput), Change::improved);
  EXPECT_EQ(against(100, 94, throughput), Change::worse);
}

TEST(Comparison, CertainButSmallIsTheSame) {
  const Comparison result = compare_runs(std::vector{run(100, 0.01)}, run(101, 0.01), latency);
  EXPECT_EQ(result.change, Change::same);
  EXPECT_GT(result.range.low, 0) << "the difference is certain";
  EXPECT_DOUBLE_EQ(*result.share, 0.01);
}

TEST(Comparison, IntervalByHand) {
  // sqrt(0.3^2 + 0.4^2) = 0.5, with (0.09 + 0.16)^2 / (0.09^2 / 10 + 0.16^2 / 20) degrees of freedom: 29.9;
  // 95 %: t = 2.042.
  CompareCriteria criteria;
  criteria.confidence = 0.95;
  const Comparison result = compare_runs(std::vector{Measurement{10, 0.3, 10}}, {12, 0.4, 20}, criteria);
  EXPECT_NEAR(result.range.low, 2 - 2.0426 * 0.5, 1e-3);
  EXPECT_NEAR(result.range.high, 2 + 2.0426 * 0.5, 1e-3);
}

TEST(Comparison, SeveralBaselinesTeachTheNoiseBetweenRuns) {
  const std::vector baselines{run(100), run(104), run(96), run(103), run(97)};
  const NoiseFloor noise = learn_noise(baselines);
  EXPECT_NEAR(noise.deviation, 3.5, 0.1);  // the root of 50 / 4 less 0.25
  EXPECT_DOUBLE_EQ(noise.freedom, 4);
  EXPECT_NE(compare_runs(baselines, run(106), latency).change, Change::worse) << "the same build does that";
  EXPECT_EQ(compare_runs(baselines, run(150), latency).change, Change::worse);
  EXPECT_EQ(against(100, 106), Change::worse) << "one baseline knows no better";
}

TEST(Comparison, BaselinesThatAgreeHaveNoNoiseBetweenThem) {
  const std::vector baselines{run(100), run(100.3), run(99.8)};
  EXPECT_DOUBLE_EQ(learn_noise(baselines).deviation, 0);
  EXPECT_EQ(learn_noise(std::span{baselines}.first(1)).freedom, 0);
}

TEST(Comparison, SaysHowMuchLonger) {
  const Comparison result = compare_runs(std::vector{run(100, 3)}, run(104, 3), latency);
  ASSERT_EQ(result.change, Change::cannot_tell);
  ASSERT_TRUE(result.needed_times);
  EXPECT_GT(*result.needed_times, 4);
  // With errors smaller by the root of that, it is certain.
  const double error = 3 / std::sqrt(*result.needed_times);
  EXPECT_EQ(against(100, 104, latency, error), Change::worse);
}

TEST(Comparison, RatesNearZeroNeedAnAbsoluteDifference) {
  CompareCriteria errors;
  errors.least = 0.001;
  EXPECT_EQ(against(0, 0.0003, errors, 0.00005), Change::same);
  EXPECT_EQ(against(0, 0.01, errors, 0.00005), Change::worse);
  EXPECT_FALSE(compare_runs(std::vector{run(0)}, run(1), errors).share);
}

TEST(Comparison, NoDataIsNotTheSame) {
  EXPECT_EQ(compare_runs({}, run(1), latency).change, Change::cannot_tell);
  EXPECT_EQ(compare_runs(std::vector{run(1)}, {}, latency).change, Change::cannot_tell);
  EXPECT_EQ(compare_runs(std::vector{Measurement{}}, run(1), latency).change, Change::cannot_tell);
}

}  // namespace
}  // namespace soundcheck::compare
