#include "runner/verdict/growth_per_hour.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "protocols/core/random.hpp"
#include "runner/verdict/objectives.hpp"

namespace soundcheck::verdict {
namespace {

using profile::Bound;
using profile::Objective;

constexpr double unknown_end = std::numeric_limits<double>::infinity();

/// Memory that grows, a sample a second, with some noise.
trend::Series growing(double seconds, double megabytes_per_hour, double noise_megabytes = 0.2) {
  core::Random random{11};
  trend::Series series;
  for (double at = 0; at <= seconds; ++at) {
    const double grown = megabytes_per_hour * at / trend::seconds_per_hour;
    series.push_back({at, (300 + grown + noise_megabytes * random.normal()) * 1e6});
  }
  return series;
}

/// Target < 10 MB an hour, warning < 50 MB an hour.
Objective growth_objective(std::string metric = "target.memory_growth_per_hour",
                           std::string aggregation = "") {
  Objective o;
  o.name = "Memory growth an hour";
  o.metric = std::move(metric);
  o.aggregation = std::move(aggregation);
  o.levels = {{"target", {Bound::Op::less, 10e6, "< 10MB/h"}},
              {"warning", {Bound::Op::less, 50e6, "< 50MB/h"}}};
  return o;
}

metrics::MonitorRecord target_process(const trend::Series& rss) {
  metrics::MonitorRecord record;
  record.name = "target";
  record.series.push_back({"rss", "bytes"});
  for (const trend::Point& point : rss) record.series[0].series.add(point.at, point.value);
  return record;
}

ObjectiveResult evaluated(const Objective& objective, const metrics::MonitorRecord& record, double load) {
  EvaluationInput input;
  input.monitors = {&record, 1};
  input.measured_time = {0, load};
  return evaluate(objective, input);
}

TEST(GrowthPerHour, IsThatOfTheTargetOrOfAnySeries) {
  EXPECT_EQ(grown_series("target.memory_growth_per_hour", ""), "target.rss");
  EXPECT_EQ(grown_series("monitors.api.anonymous", "growth_per_hour"), "api.anonymous");
  EXPECT_EQ(grown_series("monitors.api.anonymous", "growth"), std::nullopt);
  EXPECT_EQ(grown_series("target.memory_growth", ""), std::nullopt);
}

TEST(GrowthPerHour, ABoundIsReachedOrBrokenOnlyWhenThatIsCertain) {
  struct Row {
    double megabytes_per_hour;
    Level level;
    const char* name;
  };
  for (const Row& row : {Row{0, Level::target, "target"}, Row{5, Level::target, "target"},
                         Row{30, Level::warning, "warning"}, Row{90, Level::critical, "critical"},
                         Row{10, Level::no_data, "cannot_tell"}, Row{50, Level::no_data, "cannot_tell"}}) {
    const auto record = target_process(growing(1800, row.megabytes_per_hour));
    const ObjectiveResult result = evaluated(growth_objective(), record, 1800);
    EXPECT_EQ(result.level, row.level) << row.megabytes_per_hour;
    EXPECT_EQ(result.level_name, row.name) << row.megabytes_per_hour;
    EXPECT_EQ(result.unit, "bytes/h");
    ASSERT_TRUE(result.value && result.range);
    EXPECT_NEAR(*result.value, row.megabytes_per_hour * 1e6, 0.5e6);
    EXPECT_LE(result.range->low, row.megabytes_per_hour * 1e6);
    EXPECT_GE(result.range->high, row.megabytes_per_hour * 1e6);
    EXPECT_EQ(result.samples, 1801U);
  }
}

TEST(GrowthPerHour, WhatCannotBeToldIsNoPass) {
  const auto record = target_process(growing(180, 0, 5));
  const ObjectiveResult result = evaluated(growth_objective(), record, 180);
  EXPECT_EQ(result.level_name, "cannot_tell");
  EXPECT_EQ(overall({&result, 1}, {}, true), Verdict::no_data);
  const GrowthPerHour growth = judge_growth(growth_objective(), "bytes", growing(180, 0, 5), 180);
  EXPECT_FALSE(growth.certain);
  EXPECT_THAT(growth.remark,
              testing::MatchesRegex("cannot tell yet whether < 10MB/h holds: run for [0-9]+ min or "
                                    "longer"));
  EXPECT_EQ(result.remark, growth.remark);
}

TEST(GrowthPerHour, ALittleInAShortRunIsNotYetAFailure) {
  const GrowthPerHour growth = judge_growth(growth_objective(), "bytes", growing(150, 40, 0.01), 150);
  EXPECT_GT(growth.range->low, 10e6) << "certainly more than the bound allows";
  EXPECT_FALSE(growth.certain) << "but only 1.7 MB so far";
}

TEST(GrowthPerHour, WithoutEnoughDataSaysWhatToDo) {
  const auto why = [](const trend::Series& series, double load) {
    return judge_growth(growth_objective(), "bytes", series, load).figure.no_data;
  };
  EXPECT_EQ(why(growing(60, 0), 60),
            "growth an hour cannot be told from 60 s of load: run for 10 min, at least for 120 s");
  EXPECT_EQ(why({{10, 1e6}, {200, 1e6}}, 240),
            "2 samples of the load are too few to tell the growth an hour: run for 32 min or longer");
  EXPECT_EQ(why({{10, 1e6}}, unknown_end),
            "1 samples of the load are too few to tell the growth an hour: make the run longer");
}

TEST(GrowthPerHour, AProcessThatEndedEarlyHasNoData) {
  metrics::MonitorRecord record = target_process(growing(1500, 0));
  EXPECT_EQ(evaluated(growth_objective(), record, 1600).level, Level::target);
  record.troubles.push_back({"the process has ended", 2100, 1501, 3600});
  const ObjectiveResult result = evaluated(growth_objective(), record, 3600);
  EXPECT_EQ(result.level, Level::no_data);
  EXPECT_EQ(result.remark, "for 2100 s of the load no sample could be taken: the process has ended");
}

TEST(GrowthPerHour, AProcessThatWasNotSeenHasNoData) {
  metrics::MonitorRecord record = target_process({});
  record.series[0].trouble = "nothing on this machine listens on port 8080";
  const ObjectiveResult result = evaluated(growth_objective(), record, 600);
  EXPECT_EQ(result.level, Level::no_data);
  EXPECT_EQ(result.level_name, "no_data");
  EXPECT_EQ(result.remark, "nothing on this machine listens on port 8080");
  EXPECT_EQ(evaluated(growth_objective("monitors.api.heap", "growth_per_hour"), record, 600).remark,
            "no monitor called \"api\" ran: declare it under `monitors`");
}

TEST(LeakRules, TheUsualOnes) {
  const LeakRule memory = LeakRules().of("target", "rss", "bytes");
  EXPECT_EQ(memory.criteria.least_per_hour, 1e6);
  EXPECT_EQ(memory.criteria.tolerated_per_hour, 10e6);
  EXPECT_FALSE(memory.from_objective);
  EXPECT_FALSE(memory.criteria.limit);
  EXPECT_EQ(LeakRules().of("target", "threads", "count").criteria.tolerated_per_hour, 60);
}

TEST(LeakRules, AnObjectiveSaysWhatIsTolerated) {
  std::vector<Objective> objectives{growth_objective(),
                                    growth_objective("monitors.gpu.memory", "growth_per_hour")};
  objectives[0].levels.front().bound.value = 0.5e6;
  const LeakRules rules{objectives};
  const LeakRule target = rules.of("target", "rss", "bytes");
  EXPECT_TRUE(target.from_objective);
  EXPECT_EQ(target.criteria.tolerated_per_hour, 0.5e6);
  EXPECT_EQ(target.criteria.least_per_hour, 0.5e6) << "what is more than tolerated is a leak";
  EXPECT_EQ(rules.of("gpu", "memory", "bytes").criteria.least_per_hour, 1e6);
  EXPECT_FALSE(rules.of("target", "pss", "bytes").from_objective);
}

TEST(LeakRules, TheLastBoundOnTheMaximumIsTheLimit) {
  Objective memory;
  memory.name = "Memory";
  memory.metric = "target.memory";
  memory.levels = {{"target", {Bound::Op::less, 2e9, "< 2GB"}}, {"warning", {Bound::Op::less, 4e9, "< 4GB"}}};
  Objective sockets;
  sockets.name = "Sockets";
  sockets.metric = "monitors.api.sockets";
  sockets.aggregation = "max";
  sockets.levels = {{"target", {Bound::Op::less, 5000, "< 5000"}}};
  const std::vector<Objective> objectives{memory, sockets};
  const LeakRules rules{objectives};
  EXPECT_EQ(rules.of("target", "rss", "bytes").criteria.limit, 4e9);
  EXPECT_EQ(rules.of("target", "rss", "bytes").limit, "Memory");
  EXPECT_EQ(rules.of("api", "sockets", "count").criteria.limit, 5000);
  EXPECT_EQ(rules.of("target", "threads", "count").criteria.limit, std::nullopt);
}

}  // namespace
}  // namespace soundcheck::verdict
