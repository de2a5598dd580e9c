#include "runner/compare/measurement.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/run_rows.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::compare {
namespace {

TEST(MeasureRatio, ValueAndErrorOfAMean) {
  core::Random random{3};
  std::vector<Share> rows;
  for (int i = 0; i < 900; ++i) rows.push_back({10 + 3 * random.normal(), 1});
  const Measurement mean = measure_ratio(rows);
  EXPECT_NEAR(mean.value, 10, 0.4);
  EXPECT_NEAR(mean.error, 0.1, 0.03);  // 3 / sqrt(900)
  EXPECT_DOUBLE_EQ(mean.freedom, 14);  // fifteen blocks of a minute
}

TEST(MeasureRatio, AutocorrelationCounts) {
  core::Random random{3};
  test_support::Noise noise{random, 3, 0.8};
  std::vector<Share> rows;
  for (int i = 0; i < 3600; ++i) rows.push_back({10 + noise.next(), 1});
  // 3 / sqrt(3600) times sqrt((1 + 0.8) / (1 - 0.8)) = 3.
  EXPECT_NEAR(measure_ratio(rows).error, 0.15, 0.04);
}

TEST(MeasureRatio, NoErrorsInNRequestsIsNoCertainty) {
  const std::vector<Share> rows(100, {0, 50});
  const Measurement rate = measure_ratio(rows, true);
  EXPECT_DOUBLE_EQ(rate.value, 0);
  EXPECT_DOUBLE_EQ(rate.error, 1.0 / 5000);
  EXPECT_EQ(measure_ratio(std::vector<Share>(100)), Measurement{});
  EXPECT_EQ(measure_ratio({}), Measurement{});
}

TEST(MeasureQuantile, ErrorIsThatOfManyRuns) {
  core::Random random{8};
  const test_support::RunKind kind{.seconds = 600, .persistence = 0.8};
  std::vector<double> values, errors;
  for (int run = 0; run < 60; ++run) {
    const Measurement p95 = measure_quantile(test_support::make_run(kind, random).times, 0.95);
    values.push_back(p95.value);
    errors.push_back(p95.error);
  }
  double mean = 0, variance = 0, error = 0;
  for (const double value : values) mean += value / 60;
  for (const double value : values) variance += (value - mean) * (value - mean) / 59;
  for (const double one : errors) error += one / 60;
  // exp(1.645 x sqrt(0.4^2 + 0.05^2)) times the median.
  EXPECT_NEAR(mean, 100'000 * std::exp(1.645 * std::hypot(0.4, 0.05)), 1'000);
  EXPECT_NEAR(error / std::sqrt(variance), 1, 0.25);
}

TEST(MeasureQuantile, EmptyRowsAndOneValue) {
  EXPECT_EQ(measure_quantile({}, 0.95), Measurement{});
  EXPECT_EQ(measure_quantile(std::vector<metrics::Histogram::Sparse>(30), 0.95), Measurement{});
  metrics::Histogram one;
  one.record(1500, 20);
  const std::vector<metrics::Histogram::Sparse> rows(30, one.sparse());
  const Measurement measured = measure_quantile(rows, 0.95);
  EXPECT_DOUBLE_EQ(measured.value, 1500);
  EXPECT_DOUBLE_EQ(measured.error, 0);
}

TEST(MeasureQuantile, SameRowsGiveTheSameFigures) {
  core::Random random{1};
  const test_support::RunRows run = test_support::make_run({.seconds = 300}, random);
  EXPECT_EQ(measure_quantile(run.times, 0.5), measure_quantile(run.times, 0.5));
}

}  // namespace
}  // namespace soundcheck::compare
