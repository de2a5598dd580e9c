#include "runner/compare/figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "protocols/core/random.hpp"
#include "runner/metrics/main_metric.hpp"

namespace soundcheck::compare {
namespace {

using core::Subsystem;
using metrics::Snapshot;
using testing::Contains;
using testing::Not;

using Tasks = std::vector<std::pair<Subsystem, std::string>>;

/// `seconds` of 20 requests a task, log-normal about 0.1 s, and one failure in a hundred.
metrics::FigureRows rows_of(const Tasks& tasks, int seconds) {
  core::Random random{3};
  std::vector<Subsystem> subsystems;
  for (const auto& task : tasks) subsystems.push_back(task.first);
  metrics::FigureRows rows(subsystems);
  for (int at = 1; at <= seconds; ++at) {
    Snapshot snapshot;
    snapshot.tasks.resize(tasks.size());
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      metrics::TaskRecord& task = snapshot.tasks[t];
      auto& times = task.histograms[static_cast<std::size_t>(metrics::main_metric(tasks[t].first))];
      for (int i = 0; i < 20; ++i)
        times.record(static_cast<std::int64_t>(100'000 * std::exp(0.3 * random.normal())));
      task.counters[static_cast<std::size_t>(core::Counter::succeeded)] = 20;
      if (at % 5 == 0) task.failures[0] = 1;
      if (tasks[t].first == Subsystem::ai_pipeline)
        task.histograms[static_cast<std::size_t>(core::Metric::rtf)].record(500'000);
    }
    rows.add(at, 1, snapshot);
  }
  return rows;
}

std::vector<std::string> names_of(const std::vector<Figure>& figures) {
  std::vector<std::string> names;
  for (const Figure& figure : figures) names.push_back(figure.name);
  return names;
}

std::optional<Measurement> find(const std::vector<Figure>& figures, std::string_view name) {
  for (const Figure& figure : figures) {
    if (figure.name == name) return figure.measurement;
  }
  return std::nullopt;
}

TEST(Figures, SubsystemsAndTheirTasksHaveThem) {
  const Tasks tasks{{Subsystem::api, "list"}, {Subsystem::api, "get"}, {Subsystem::ai_pipeline, "call"}};
  const std::vector<Figure> figures = measure_figures(tasks, rows_of(tasks, 300), 300);
  EXPECT_EQ(figures.size(), 3 * 6 + 7U);
  EXPECT_THAT(names_of(figures), Contains("api.get.response_time.p95"));
  EXPECT_THAT(names_of(figures), Contains("ai_pipeline.voice_to_voice.mean"));
  EXPECT_THAT(names_of(figures), Not(Contains("ai_pipeline.call.rate"))) << "a single task is the subsystem";
  const auto p95 = find(figures, "api.response_time.p95");
  ASSERT_TRUE(p95);
  EXPECT_NEAR(p95->value, 0.1 * std::exp(0.3 * 1.645), 0.005);
  EXPECT_GT(p95->error, 0);
  EXPECT_LT(p95->error, 0.005);
  EXPECT_NEAR(find(figures, "api.response_time.mean")->value, 0.1 * std::exp(0.045), 0.002);
  EXPECT_NEAR(find(figures, "api.rate")->value, 2 * 20.2, 1e-9);
  EXPECT_NEAR(find(figures, "api.list.rate")->value, 20.2, 1e-9);
  EXPECT_NEAR(find(figures, "api.error_rate")->value, 0.2 / 20.2, 1e-9);
  EXPECT_NEAR(find(figures, "ai_pipeline.rtf.p95")->value, 0.5, 1e-3);
}

TEST(Figures, TheDrainIsNoTimeOfLoad) {
  const Tasks tasks{{Subsystem::api, "list"}};
  metrics::FigureRows rows = rows_of(tasks, 300);
  for (int at = 301; at <= 330; ++at) rows.add(at, 1, Snapshot{});
  EXPECT_NEAR(find(measure_figures(tasks, rows, 300), "api.rate")->value, 20.2, 1e-9);
}

TEST(Figures, ASubsystemInWhichNothingEndedHasNone) {
  const Tasks tasks{{Subsystem::api, "list"}, {Subsystem::websocket, "ping"}};
  metrics::FigureRows rows({Subsystem::api, Subsystem::websocket});
  for (int at = 1; at <= 100; ++at) rows.add(at, 1, Snapshot{});
  EXPECT_TRUE(measure_figures(tasks, rows, 100).empty());
  EXPECT_TRUE(measure_figures(tasks, metrics::FigureRows({Subsystem::api, Subsystem::websocket}), 0).empty());
}

/// Rows of several seconds say about the same as seconds: joining must not make figures look more certain.
TEST(Figures, JoinedRowsHaveTheErrorOfSeconds) {
  const Tasks tasks{{Subsystem::api, "list"}};
  core::Random random{8};
  metrics::FigureRows fine({Subsystem::api}, 10'000), coarse({Subsystem::api}, 400);
  double wander = 0;
  for (int at = 1; at <= 2400; ++at) {
    wander = 0.9 * wander + 0.05 * std::sqrt(1 - 0.81) * random.normal();
    Snapshot snapshot;
    snapshot.tasks.resize(1);
    for (int i = 0; i < 30; ++i) {
      snapshot.tasks[0].histograms[static_cast<std::size_t>(core::Metric::response_time)].record(
          static_cast<std::int64_t>(100'000 * std::exp(wander + 0.4 * random.normal())));
    }
    snapshot.tasks[0].counters[static_cast<std::size_t>(core::Counter::succeeded)] = 30;
    fine.add(at, 1, snapshot);
    coarse.add(at, 1, snapshot);
  }
  ASSERT_EQ(coarse.rows().front().seconds, 8);
  const Measurement a = *find(measure_figures(tasks, fine, 2400), "api.response_time.p95");
  const Measurement b = *find(measure_figures(tasks, coarse, 2400), "api.response_time.p95");
  EXPECT_EQ(a.value, b.value) << "exactly the same values";
  EXPECT_NEAR(b.error / a.error, 1, 0.35);
  EXPECT_NEAR(b.freedom / a.freedom, 1, 0.5);
}

TEST(Figures, APercentileNeedsTenValuesBeyondIt) {
  const Tasks tasks{{Subsystem::api, "list"}};
  const std::vector<Figure> few = measure_figures(tasks, rows_of(tasks, 9), 9);  // 180 values
  EXPECT_THAT(names_of(few), Contains("api.response_time.p50"));
  EXPECT_THAT(names_of(few), Contains("api.response_time.mean"));
  EXPECT_THAT(names_of(few), Not(Contains("api.response_time.p95")));
  const std::vector<Figure> enough = measure_figures(tasks, rows_of(tasks, 10), 10);
  EXPECT_THAT(names_of(enough), Contains("api.response_time.p95"));
  EXPECT_THAT(names_of(enough), Not(Contains("api.response_time.p99")));
}

TEST(FigureNames, TellUnitDirectionAndWhatTheyAreOf) {
  EXPECT_EQ(unit_of("api.rate"), "1/s");
  EXPECT_EQ(unit_of("api.error_rate"), "ratio");
  EXPECT_EQ(unit_of("ai_pipeline.rtf.p95"), "ratio");
  EXPECT_EQ(unit_of("api.list.response_time.p95"), "s");
  EXPECT_EQ(unit_of("target.memory"), "bytes");
  EXPECT_EQ(unit_of("target.cpu"), "cores");
  for (const char* total : {"api.response_time.p95", "api.rate", "websocket.error_rate", "target.cpu",
                            "ai_pipeline.voice_to_voice.p50", "ai_pipeline.rtf.p95"})
    EXPECT_TRUE(is_total(total)) << total;
  for (const char* task : {"api.list.rate", "api.GET /a.b.response_time.p95", "api.x.error_rate"})
    EXPECT_FALSE(is_total(task)) << task;
  EXPECT_EQ(criteria_for("api.rate", 1).better, trend::Better::higher);
  EXPECT_EQ(criteria_for("api.error_rate", 1).better, trend::Better::lower);
}

TEST(FigureNames, ManyFiguresMustBeMoreCertainEach) {
  EXPECT_EQ(criteria_for("api.rate", 1).confidence, CompareCriteria{}.confidence);
  EXPECT_NEAR(1 - criteria_for("api.rate", 120).confidence, (1 - CompareCriteria{}.confidence) / 10, 1e-9);
}

}  // namespace
}  // namespace soundcheck::compare
