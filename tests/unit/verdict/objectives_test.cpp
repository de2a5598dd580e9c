#include "runner/verdict/objectives.hpp"

#include <gtest/gtest.h>

#include "runner/verdict/levels.hpp"

namespace soundcheck::verdict {
namespace {

using core::Counter;
using core::Metric;
using core::Stage;
using core::Subsystem;
using profile::Bound;
using profile::Objective;

const std::vector<std::pair<Subsystem, std::string>> tasks{
    {Subsystem::api, "health"}, {Subsystem::api, "list"}, {Subsystem::ai_pipeline, "call"}};

/// Totals of three tasks, with an input that refers to them.
struct Measured {
  std::vector<metrics::TaskRecord> totals{3};

  void ended(std::size_t task, std::int64_t succeeded, std::uint64_t failed = 0, Stage stage = Stage::check) {
    totals[task].counters[static_cast<std::size_t>(Counter::succeeded)] = succeeded;
    totals[task].failures[static_cast<std::size_t>(stage)] = failed;
  }
  void value(std::size_t task, Metric metric, std::int64_t micro, std::uint64_t n = 1) {
    totals[task].histograms[static_cast<std::size_t>(metric)].record(micro, n);
  }
  EvaluationInput input() const {
    EvaluationInput in;
    in.tasks = tasks;
    in.totals = totals;
    in.measured_seconds = 10;
    in.skipped[static_cast<std::size_t>(Subsystem::websocket)] = true;
    in.memory_growth.no_data = "no process";
    in.target_cpu.no_data = "no process";
    return in;
  }
};

Objective objective(std::string metric, std::string aggregation, Bound target,
                    std::optional<Bound> warning = {}) {
  Objective o;
  o.name = "the objective";
  o.metric = std::move(metric);
  o.aggregation = std::move(aggregation);
  o.levels.push_back({"target", std::move(target)});
  if (warning) o.levels.push_back({"warning", std::move(*warning)});
  return o;
}

Objective p95_below_200ms() {
  return objective("api.response_time", "p95", {Bound::Op::less, 0.2, "< 200ms"},
                   Bound{Bound::Op::less_equal, 0.5, "<= 500ms"});
}
Objective success_above_99() {
  return objective("api.success_rate", "", {Bound::Op::greater, 0.99, "> 99%"},
                   Bound{Bound::Op::greater_equal, 0.95, ">= 95%"});
}

TEST(Bounds, EveryOperatorAtItsEdge) {
  struct Row {
    Bound::Op op;
    bool below, at, above;
  };
  for (const Row& row :
       {Row{Bound::Op::less, true, false, false}, Row{Bound::Op::less_equal, true, true, false},
        Row{Bound::Op::greater, false, false, true}, Row{Bound::Op::greater_equal, false, true, true}}) {
    const Bound bound{row.op, 10, ""};
    EXPECT_EQ(holds(bound, 9.999), row.below);
    EXPECT_EQ(holds(bound, 10), row.at);
    EXPECT_EQ(holds(bound, 10.001), row.above);
  }
}

TEST(Objectives, LatencyLevelsAtEveryBoundary) {
  struct Row {
    std::int64_t micro;
    Level level;
  };
  for (const Row& row : {Row{199'999, Level::target}, Row{200'000, Level::warning},
                         Row{500'000, Level::warning}, Row{500'500, Level::critical}}) {
    Measured run;
    run.ended(0, 1);
    run.value(0, Metric::response_time, row.micro);
    const ObjectiveResult result = evaluate(p95_below_200ms(), run.input());
    EXPECT_EQ(result.level, row.level) << row.micro;
    EXPECT_DOUBLE_EQ(*result.value, static_cast<double>(row.micro) / 1e6);
    EXPECT_EQ(result.unit, "s");
    EXPECT_EQ(result.samples, 1u);
    const std::vector<std::pair<std::string, std::string>> bounds{{"target", "< 200ms"},
                                                                  {"warning", "<= 500ms"}};
    EXPECT_EQ(result.bounds, bounds);
    EXPECT_EQ(result.level_name, to_string(row.level));
    EXPECT_EQ(result.subsystem, Subsystem::api);
  }
}

TEST(Objectives, SuccessRateLevelsAtEveryBoundary) {
  struct Row {
    std::int64_t succeeded;
    Level level;
  };
  for (const Row& row : {Row{1000, Level::target}, Row{991, Level::target}, Row{990, Level::warning},
                         Row{950, Level::warning}, Row{949, Level::critical}, Row{0, Level::critical}}) {
    Measured run;
    run.ended(0, row.succeeded, static_cast<std::uint64_t>(1000 - row.succeeded));
    EXPECT_EQ(evaluate(success_above_99(), run.input()).level, row.level) << row.succeeded;
  }
}

TEST(Objectives, WithoutAWarningLevelTheTargetDecides) {
  Objective o = p95_below_200ms();
  o.levels.resize(1);
  Measured run;
  run.ended(0, 1);
  run.value(0, Metric::response_time, 200'000);
  EXPECT_EQ(evaluate(o, run.input()).level, Level::critical);
}

TEST(Objectives, EveryAggregation) {
  Measured run;
  run.ended(0, 1000);
  for (std::int64_t v = 1; v <= 1000; ++v) run.value(0, Metric::response_time, v);
  const auto value_of = [&](std::string aggregation) {
    return evaluate(objective("api.response_time", std::move(aggregation), {}), run.input()).value;
  };
  EXPECT_DOUBLE_EQ(*value_of("min"), 1e-6);
  EXPECT_DOUBLE_EQ(*value_of("p50"), 500e-6);
  EXPECT_DOUBLE_EQ(*value_of("p90"), 900e-6);
  EXPECT_DOUBLE_EQ(*value_of("p95"), 950e-6);
  EXPECT_DOUBLE_EQ(*value_of("p99"), 990e-6);
  EXPECT_DOUBLE_EQ(*value_of("p99.9"), 999e-6);
  EXPECT_DOUBLE_EQ(*value_of("max"), 1000e-6);
  EXPECT_DOUBLE_EQ(*value_of("mean"), 500.5e-6);
  EXPECT_FALSE(value_of("average").has_value());
  EXPECT_FALSE(value_of("p9x").has_value());
}

TEST(Objectives, RatesCountEveryEndedTask) {
  Measured run;
  run.ended(0, 60);
  run.ended(1, 30, 10);
  const ObjectiveResult rate =
      evaluate(objective("api.rate", "", {Bound::Op::greater_equal, 10, ">= 10/s"}), run.input());
  EXPECT_DOUBLE_EQ(*rate.value, 10.0);
  EXPECT_EQ(rate.unit, "1/s");
  EXPECT_EQ(rate.samples, 100u);
  EXPECT_EQ(rate.level, Level::target);
  EXPECT_DOUBLE_EQ(*evaluate(objective("api.error_rate", "", {}), run.input()).value, 0.1);
  EXPECT_DOUBLE_EQ(*evaluate(objective("api.success_rate", "", {}), run.input()).value, 0.9);
  run.totals[0].counters[static_cast<std::size_t>(Counter::client_errors)] = 7;
  run.totals[1].counters[static_cast<std::size_t>(Counter::server_errors)] = 3;
  EXPECT_DOUBLE_EQ(*evaluate(objective("api.client_error_rate", "", {}), run.input()).value, 0.07);
  EXPECT_DOUBLE_EQ(*evaluate(objective("api.server_error_rate", "", {}), run.input()).value, 0.03);
}

TEST(Objectives, ATaskCountsOnlyItsOwnSamples) {
  Measured run;
  run.ended(0, 1);
  run.ended(1, 1);
  run.value(0, Metric::response_time, 100);
  run.value(1, Metric::response_time, 900);
  Objective o = p95_below_200ms();
  EXPECT_EQ(evaluate(o, run.input()).samples, 2u);
  o.task = "list";
  o.tasks = {"list"};
  EXPECT_DOUBLE_EQ(*evaluate(o, run.input()).value, 900e-6);
}

TEST(Objectives, ATaskIsMeantInEveryWorkload) {
  Measured run;
  const std::vector<std::pair<Subsystem, std::string>> names{
      {Subsystem::api, "list"}, {Subsystem::api, "spike/list"}, {Subsystem::api, "spike/whitelist"}};
  for (std::size_t task = 0; task < 3; ++task) {
    run.ended(task, 1);
    run.value(task, Metric::response_time, 100);
  }
  EvaluationInput input = run.input();
  input.tasks = names;
  Objective o = p95_below_200ms();
  o.task = "list";
  o.tasks = {"list"};
  EXPECT_EQ(evaluate(o, input).samples, 2u);
}

/// Three tasks of the API, of which two have the tag.
class Tagged : public testing::Test {
 protected:
  Tagged() {
    run.ended(0, 100, 100);
    run.ended(1, 6, 2);
    run.ended(2, 1, 1);
    run.value(0, Metric::response_time, 10'000, 100);
    run.value(1, Metric::response_time, 300, 6);
    run.value(2, Metric::response_time, 900, 2);
    run.totals[0].counters[static_cast<std::size_t>(Counter::server_errors)] = 50;
    run.totals[1].counters[static_cast<std::size_t>(Counter::server_errors)] = 2;
  }
  ObjectiveResult of(std::string metric, std::string aggregation) const {
    Objective o = objective(std::move(metric), std::move(aggregation), {Bound::Op::less, 1, "< 1"});
    o.tag = "read";
    o.tasks = {"list", "details"};
    EvaluationInput input = run.input();
    input.tasks = names;
    return evaluate(o, input);
  }
  const std::vector<std::pair<Subsystem, std::string>> names{
      {Subsystem::api, "health"}, {Subsystem::api, "list"}, {Subsystem::api, "details"}};
  Measured run;
};

TEST_F(Tagged, ADistributionIsOfItsTasksAlone) {
  EXPECT_DOUBLE_EQ(*of("api.response_time", "mean").value, 450e-6);
  EXPECT_DOUBLE_EQ(*of("api.response_time", "min").value, 300e-6);
  EXPECT_DOUBLE_EQ(*of("api.response_time", "max").value, 900e-6);
  const ObjectiveResult median = of("api.response_time", "p50");
  EXPECT_DOUBLE_EQ(*median.value, 300e-6);
  EXPECT_EQ(median.samples, 8u);
  EXPECT_EQ(median.tag, "read");
  EXPECT_FALSE(median.task.has_value());
}

TEST_F(Tagged, SoIsARate) {
  EXPECT_DOUBLE_EQ(*of("api.success_rate", "").value, 7.0 / 10);
  EXPECT_DOUBLE_EQ(*of("api.error_rate", "").value, 3.0 / 10);
  EXPECT_DOUBLE_EQ(*of("api.server_error_rate", "").value, 2.0 / 10);
  const ObjectiveResult rate = of("api.rate", "");
  EXPECT_DOUBLE_EQ(*rate.value, 10 / 10.0) << "in 10 s";
  EXPECT_EQ(rate.samples, 10u);
}

TEST_F(Tagged, ATaskOfTheSameNameElsewhereIsNotMeant) {
  Objective o = objective("api.success_rate", "", {});
  o.tag = "read";
  o.tasks = {"list", "details"};
  EvaluationInput input = run.input();
  const std::vector<std::pair<Subsystem, std::string>> others{
      {Subsystem::websocket, "list"}, {Subsystem::api, "list"}, {Subsystem::ai_pipeline, "details"}};
  input.tasks = others;
  EXPECT_EQ(evaluate(o, input).samples, 8u);
}

TEST(Objectives, NoDataSaysWhyAndWhatToDo) {
  Measured empty;
  ObjectiveResult result = evaluate(p95_below_200ms(), empty.input());
  EXPECT_EQ(result.level, Level::no_data);
  EXPECT_FALSE(result.value.has_value());
  EXPECT_EQ(result.remark, "nothing ended after the warm-up: make the run longer, or the warm-up shorter");

  Measured failing;
  failing.ended(0, 0, 12, Stage::connect);
  EXPECT_EQ(evaluate(p95_below_200ms(), failing.input()).remark,
            "all 12 attempts failed, most at connect: mend that first, see the failures");

  Measured silent;
  silent.ended(2, 4);
  EXPECT_EQ(evaluate(objective("ai_pipeline.rtf", "p95", {}), silent.input()).remark,
            "4 tasks succeeded, but none gave a value of rtf: the target does not report it, or the steps of "
            "the system "
            "file do not reach it");

  Objective unknown_task = p95_below_200ms();
  unknown_task.task = "gone";
  unknown_task.tasks = {"gone"};
  EXPECT_EQ(evaluate(unknown_task, silent.input()).remark,
            "no task named \"gone\" ran in api: name one that has a weight above 0");

  EXPECT_EQ(evaluate(objective("websocket.rate", "", {}), silent.input()).remark,
            "websocket ran no tasks: describe it in the system file, or remove this objective");
  EXPECT_EQ(evaluate(objective("api.speed", "p95", {}), silent.input()).remark,
            "there is no metric \"speed\": see the metrics in docs/metrics.md");
  EXPECT_EQ(evaluate(objective("moon.phase", "", {}), silent.input()).remark,
            "there is no metric \"moon.phase\": see docs/metrics.md");
  EXPECT_EQ(evaluate(objective("target.colour", "", {}), silent.input()).remark,
            "there is no metric \"target.colour\": see docs/metrics.md");
}

TEST(Objectives, MemoryAndCpuOfTheTarget) {
  const Objective growth = objective("target.memory_growth", "", {Bound::Op::less, 50e6, "< 50MB"},
                                     Bound{Bound::Op::less_equal, 100e6, "<= 100MB"});
  Measured run;
  EvaluationInput input = run.input();
  EXPECT_EQ(evaluate(growth, input).level, Level::no_data);
  EXPECT_EQ(evaluate(growth, input).remark, "no process");
  struct Row {
    double bytes;
    Level level;
  };
  for (const Row& row : {Row{-1e6, Level::target}, Row{49.9e6, Level::target}, Row{50e6, Level::warning},
                         Row{100e6, Level::warning}, Row{100.1e6, Level::critical}}) {
    input.memory_growth = {row.bytes, {}};
    EXPECT_EQ(evaluate(growth, input).level, row.level) << row.bytes;
  }
  EXPECT_FALSE(evaluate(growth, input).subsystem.has_value());
  input.target_cpu = {0.5, {}};
  const ObjectiveResult cpu = evaluate(objective("target.cpu", "", {Bound::Op::less, 0.8, "< 0.8"}), input);
  EXPECT_EQ(cpu.unit, "cores");
  EXPECT_EQ(cpu.level, Level::target);
}

TEST(Objectives, MemoryAndShareOfTheMachineOfTheTarget) {
  const Objective memory = objective("target.memory", "", {Bound::Op::less, 4e9, "< 4GB"});
  const Objective share = objective("target.cpu_share", "", {Bound::Op::less, 0.8, "< 80%"});
  Measured run;
  EvaluationInput input = run.input();
  input.target_memory = {3e9, {}};
  input.target_cpu = {3.0, {}};
  EXPECT_EQ(evaluate(memory, input).level, Level::target);
  EXPECT_EQ(evaluate(memory, input).unit, "bytes");
  EXPECT_EQ(evaluate(share, input).remark, "the number of the target's cores is unknown: use target.cpu");
  input.target_cores = 4;
  EXPECT_DOUBLE_EQ(*evaluate(share, input).value, 0.75);
  input.target_cpu = {std::nullopt, "no process"};
  EXPECT_EQ(evaluate(share, input).remark, "no process");
}

TEST(Objectives, LevelsHaveTheNamesOfTheUser) {
  Objective o = objective("api.response_time", "p95", {});
  o.levels = {{"excellent", {Bound::Op::less, 0.5, "< 500ms"}},
              {"acceptable", {Bound::Op::less, 1, "< 1s"}},
              {"bearable", {Bound::Op::less, 2, "< 2s"}}};
  o.worst = "poor";
  struct Row {
    std::int64_t micro;
    Level level;
    const char* name;
  };
  for (const Row& row :
       {Row{499'000, Level::target, "excellent"}, Row{600'000, Level::warning, "acceptable"},
        Row{1'900'000, Level::warning, "bearable"}, Row{2'100'000, Level::critical, "poor"}}) {
    Measured run;
    run.ended(0, 1);
    run.value(0, Metric::response_time, row.micro);
    const ObjectiveResult result = evaluate(o, run.input());
    EXPECT_EQ(result.level, row.level) << row.micro;
    EXPECT_EQ(result.level_name, row.name) << row.micro;
    EXPECT_EQ(result.worst, "poor");
  }
  EXPECT_EQ(evaluate(o, Measured().input()).level_name, "no_data");
}

TEST(Objectives, WhatEndedTheRunIsPastItsLastBoundWhateverTheDrainBrought) {
  Measured run;
  run.ended(0, 1);
  run.value(0, Metric::response_time, 100);
  EvaluationInput input = run.input();
  input.abort = Abort{"the objective", 31.0, 0.7};
  const std::vector<Objective> objectives{p95_below_200ms()};
  const auto results = evaluate_all(objectives, input);
  EXPECT_EQ(results.at(0).level, Level::critical);
  EXPECT_EQ(results.at(0).level_name, "critical");
  EXPECT_DOUBLE_EQ(*results.at(0).value, 0.7);
  EXPECT_EQ(results.at(0).remark, "ended the run 31 s after its start");
}

TEST(Objectives, OverTimeTheWatchHasTheValue) {
  Measured run;
  run.ended(0, 1);
  run.value(0, Metric::response_time, 100);
  Objective o = p95_below_200ms();
  o.over = std::chrono::seconds(30);
  const ObjectiveResult good = evaluate(o, run.input(), {{0.3, {}}, 12, "the worst window"});
  EXPECT_EQ(good.level, Level::warning);
  EXPECT_EQ(good.samples, 12u);
  EXPECT_EQ(good.over_seconds, 30.0);
  EXPECT_EQ(good.remark, "the worst window");
  const ObjectiveResult brief = evaluate(o, run.input(), {{std::nullopt, "too short"}, 0, {}});
  EXPECT_EQ(brief.level, Level::no_data);
  EXPECT_EQ(brief.remark, "too short");
  EXPECT_EQ(evaluate(o, Measured().input()).remark,
            "nothing ended after the warm-up: make the run longer, or the warm-up shorter")
      << "the better explanation";
  o.over.reset();
  o.stability = true;
  EXPECT_EQ(evaluate(o, run.input(), {{1.1, {}}, 12, {}}).unit, "ratio");
}

TEST(Objectives, ATagThatRanNothingIsNamed) {
  Measured run;
  run.ended(0, 1);
  Objective o = p95_below_200ms();
  o.tag = "read";
  o.tasks = {"switched_off"};
  EXPECT_EQ(evaluate(o, run.input()).remark, "no task tagged \"read\" ran in api");
}

TEST(Objectives, SkippedSubsystemsAreLeftOut) {
  Measured run;
  run.ended(0, 1);
  run.value(0, Metric::response_time, 5);
  const std::vector<Objective> objectives{p95_below_200ms(), objective("websocket.success_rate", "", {}),
                                          objective("target.cpu", "", {})};
  const auto results = evaluate_all(objectives, run.input());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].metric, "api.response_time");
  EXPECT_EQ(results[1].metric, "target.cpu");
}

TEST(Objectives, RealTimeFactorNamesItsSource) {
  Measured run;
  run.ended(2, 1);
  run.value(2, Metric::rtf, 300'000, 10);
  auto& counters = run.totals[2].counters;
  EXPECT_EQ(rtf_source(run.totals[2]).substr(0, 8), "unpaced:");
  counters[static_cast<std::size_t>(Counter::rtf_live)] = 10;
  EXPECT_EQ(rtf_source(run.totals[2]).substr(0, 5), "live:");
  counters[static_cast<std::size_t>(Counter::rtf_live)] = 3;
  counters[static_cast<std::size_t>(Counter::rtf_busy)] = 6;
  EXPECT_EQ(rtf_source(run.totals[2]), "mixed: 6 busy, 3 live and 1 unpaced values");
  counters[static_cast<std::size_t>(Counter::rtf_live)] = 0;
  counters[static_cast<std::size_t>(Counter::rtf_busy)] = 10;
  EXPECT_EQ(
      evaluate(objective("ai_pipeline.rtf", "p95", {Bound::Op::less, 0.8, "< 0.8"}), run.input()).remark,
      "busy: compute time that the target reports / length of the audio");
  EXPECT_EQ(rtf_source(metrics::TaskRecord{}), "");
}

ObjectiveResult reached(Level level, std::optional<Subsystem> subsystem = Subsystem::api) {
  ObjectiveResult result;
  result.name = "latency";
  result.subsystem = subsystem;
  result.level = level;
  result.level_name = to_string(level);
  result.remark = "because";
  return result;
}

TEST(Judge, ASubsystemIsAsGoodAsItsWorstObjective) {
  Measured run;
  run.ended(0, 5);
  const std::vector<ObjectiveResult> good{reached(Level::target), reached(Level::warning)};
  EXPECT_TRUE(judge(Subsystem::api, good, run.input()).success());
  EXPECT_EQ(judge(Subsystem::api, good, run.input()).reason, "");

  const std::vector<ObjectiveResult> bad{reached(Level::critical), reached(Level::no_data),
                                         reached(Level::critical, Subsystem::ai_pipeline)};
  const SubsystemOutcome outcome = judge(Subsystem::api, bad, run.input());
  EXPECT_FALSE(outcome.success());
  EXPECT_EQ(outcome.level, Level::critical);
  EXPECT_EQ(outcome.reason, "latency is critical; latency has no data: because");
}

TEST(Judge, WithoutASuccessThereIsNoSuccess) {
  Measured run;
  EXPECT_EQ(judge(Subsystem::api, {}, run.input()).level, Level::no_data);
  run.ended(0, 0, 3, Stage::deadline);
  const SubsystemOutcome outcome = judge(Subsystem::api, {}, run.input());
  EXPECT_EQ(outcome.level, Level::critical);
  EXPECT_EQ(outcome.reason, "all 3 attempts failed, most at deadline: mend that first, see the failures");
  EXPECT_FALSE(judge(Subsystem::websocket, {}, run.input()).success());
  EXPECT_TRUE(judge(Subsystem::websocket, {}, run.input()).skipped);
}

TEST(Overall, WorstLevelWinsAndInvalidOverrides) {
  using Levels = std::vector<Level>;
  struct Row {
    Levels levels;
    Verdict verdict;
  };
  for (const Row& row :
       {Row{Levels{Level::target, Level::target}, Verdict::pass},
        Row{Levels{Level::target, Level::warning}, Verdict::warn},
        Row{Levels{Level::warning, Level::no_data}, Verdict::no_data},
        Row{Levels{Level::no_data, Level::critical}, Verdict::fail}, Row{Levels{}, Verdict::no_data}}) {
    std::vector<ObjectiveResult> results;
    for (Level level : row.levels) results.push_back(reached(level));
    EXPECT_EQ(overall(results, {}, true), row.verdict);
    EXPECT_EQ(overall(results, {}, false), Verdict::invalid);
  }
}

TEST(Overall, ASubsystemWithoutObjectivesCountsToo) {
  const std::vector<ObjectiveResult> good{reached(Level::target)};
  std::vector<SubsystemOutcome> subsystems{{Subsystem::api, false, Level::target, {}},
                                           {Subsystem::websocket, true, Level::no_data, {}}};
  EXPECT_EQ(overall(good, subsystems, true), Verdict::pass) << "a skipped subsystem does not count";
  subsystems.push_back({Subsystem::ai_pipeline, false, Level::critical, "all failed"});
  EXPECT_EQ(overall(good, subsystems, true), Verdict::fail);
}

TEST(Names, OfLevelsAndVerdicts) {
  EXPECT_EQ(to_string(Level::no_data), "no_data");
  EXPECT_EQ(to_string(Verdict::invalid), "invalid");
}

}  // namespace
}  // namespace soundcheck::verdict
