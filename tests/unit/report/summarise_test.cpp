#include "runner/report/summarise.hpp"

#include <gtest/gtest.h>

namespace soundcheck::report {
namespace {

using core::Counter;
using core::Metric;
using core::Stage;

TEST(Summarise, MetricInItsUnit) {
  metrics::Histogram h;
  for (std::int64_t ms = 1; ms <= 1000; ++ms) h.record(ms * 1000);
  const MetricSummary s = summarise(Metric::response_time, h);
  EXPECT_EQ(s.count, 1000u);
  EXPECT_DOUBLE_EQ(s.min, 0.001);
  EXPECT_DOUBLE_EQ(s.max, 1.0);
  EXPECT_DOUBLE_EQ(s.mean, 0.5005);
  EXPECT_NEAR(s.p50, 0.500, 0.0005);
  EXPECT_NEAR(s.p90, 0.900, 0.0009);
  EXPECT_NEAR(s.p95, 0.950, 0.00095);
  EXPECT_NEAR(s.p99, 0.990, 0.00099);
  EXPECT_NEAR(s.p999, 0.999, 0.000999);
}

TEST(Summarise, TaskShowsWhatIsThereAndTheMostFrequentFailureFirst) {
  metrics::TaskRecord record;
  record.counters[static_cast<std::size_t>(Counter::succeeded)] = 30;
  record.counters[static_cast<std::size_t>(Counter::reconnects)] = 2;
  record.failures[static_cast<std::size_t>(Stage::connect)] = 1;
  record.failures[static_cast<std::size_t>(Stage::read)] = 9;
  record.add_failure_text(Stage::connect, "refused", 1);
  record.add_failure_text(Stage::read, "closed", 9);
  record.histograms[static_cast<std::size_t>(Metric::rtf)].record(5);
  const TaskResult t = summarise("task", record, 4);
  EXPECT_EQ(t.name, "task");
  EXPECT_DOUBLE_EQ(t.rate, 10);
  EXPECT_DOUBLE_EQ(*t.success_rate, 0.75);
  EXPECT_EQ(t.failed, 10u);
  ASSERT_EQ(t.failures.size(), 2u);
  EXPECT_EQ(t.failures[0].text, "closed");
  ASSERT_EQ(t.metrics.size(), 1u);
  const std::vector<std::pair<Counter, std::int64_t>> counters{
      {Counter::started, 0}, {Counter::succeeded, 30}, {Counter::reconnects, 2}};
  EXPECT_EQ(t.counters, counters);
}

TEST(Summarise, NothingEndedIsNoRateOfSuccess) {
  const TaskResult t = summarise("", {}, 0);
  EXPECT_FALSE(t.success_rate.has_value());
  EXPECT_DOUBLE_EQ(t.rate, 0);
}

TEST(SummariseSamples, MeansAndGrowthAfterTheWarmUp) {
  ProcessResult p;
  for (int i = 0; i < 40; ++i) {
    const bool warm_up = i < 10;
    p.samples.push_back({static_cast<double>(i),
                         warm_up ? 1u : static_cast<std::uint64_t>(1000 + i),
                         {},
                         warm_up ? 8.0 : 0.5,
                         {},
                         1});
  }
  EXPECT_EQ(summarise_samples(p, {10}), "");
  EXPECT_DOUBLE_EQ(*p.cpu_cores_mean, 0.5);
  EXPECT_DOUBLE_EQ(*p.memory_growth_bytes, 27);
}

TEST(SummariseSamples, WhatUsersTakeWithThemIsNoShrinking) {
  ProcessResult p;
  for (int i = 0; i < 60; ++i) {
    const bool load = i <= 40;
    p.samples.push_back({static_cast<double>(i),
                         load ? 1000u + static_cast<unsigned>(i) : 5000u,
                         {},
                         load ? 0.5 : 0.0,
                         {},
                         1});
  }
  EXPECT_EQ(summarise_samples(p, {0, 40.5}), "");
  EXPECT_DOUBLE_EQ(*p.cpu_cores_mean, 0.5);
  EXPECT_DOUBLE_EQ(*p.memory_growth_bytes, 37);
  EXPECT_DOUBLE_EQ(*p.memory_peak_bytes, 1040);
}

TEST(SummariseSamples, TooFewSaySo) {
  ProcessResult p;
  EXPECT_EQ(summarise_samples(p, {0}),
            "only 0 memory samples after the warm-up, 6 are needed: make the run longer");
  EXPECT_FALSE(p.memory_growth_bytes.has_value());
  EXPECT_FALSE(p.cpu_cores_mean.has_value());
}

}  // namespace
}  // namespace soundcheck::report
