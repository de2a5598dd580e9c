// A run that has ended, made by hand: what build_result gets. One object for each test.
#pragma once

#include "runner/app/build_result.hpp"

namespace soundcheck::app {

class FinishedRun {
 public:
  /// An API and a WebSocket subsystem with one task each; 10 s with 2 s of warm-up.
  FinishedRun() {
    using core::Subsystem;
    profile.name = "quick";
    profile.system.name = "phone_agent";
    profile.source_text = "system: phone_agent\n";
    profile.source_hash = "abc";
    profile.seed = 7;
    plan.duration = std::chrono::seconds(10);
    plan.warm_up = std::chrono::seconds(2);
    plan.tasks = {{Subsystem::api, "health"}, {Subsystem::websocket, "exchange"}};
    plan.workloads.resize(2);
    plan.workloads[1].subsystem = Subsystem::websocket;
  }

  /// API p95 with target < 200 ms and warning <= 500 ms.
  void add_latency_objective() {
    profile::Objective& o = add_objective("API p95", "api.response_time");
    o.aggregation = "p95";
    o.levels = {{"target", {Op::less, 0.2, "< 200ms"}}, {"warning", {Op::less_equal, 0.5, "<= 500ms"}}};
  }
  void add_memory_objective() {
    add_objective("Memory growth", "target.memory_growth").levels = {{"target", {Op::less, 50e6, "< 50MB"}}};
  }

  /// Ten seconds, in each of which every task succeeds this often with this response time.
  void succeed(std::int64_t times, double seconds, std::uint64_t lag_us = 100) {
    for (int second = 1; second <= 10; ++second) {
      metrics::Snapshot snapshot;
      snapshot.tasks.resize(plan.tasks.size());
      for (metrics::TaskRecord& task : snapshot.tasks) {
        task.counters[static_cast<std::size_t>(core::Counter::started)] = times;
        task.counters[static_cast<std::size_t>(core::Counter::succeeded)] = times;
        auto& response = task.histograms[static_cast<std::size_t>(core::Metric::response_time)];
        response.record(static_cast<std::int64_t>(seconds * 1e6), static_cast<std::uint64_t>(times));
      }
      snapshot.loop_lag.record(static_cast<std::int64_t>(lag_us));
      aggregator().add_second(second, snapshot, second <= 2);
    }
  }
  /// Once, in the last second.
  void fail(std::size_t task, core::Stage stage, std::uint64_t times) {
    metrics::Snapshot snapshot;
    snapshot.tasks.resize(plan.tasks.size());
    snapshot.tasks[task].failures[static_cast<std::size_t>(stage)] = times;
    snapshot.tasks[task].add_failure_text(stage, "it broke", times);
    aggregator().add_second(10.5, snapshot, false);
  }

  report::RunResult result() {
    RunHeader header = describe_run(profile, plan);
    header.target_url = "http://127.0.0.1:8080";
    header.embedded_target = embedded;
    header.fail_on_warning = fail_on_warning;
    header.started_at = "2026-01-02T03:04:05Z";
    header.build = {"1.0", "c0ffee", "gcc", "Release"};
    header.host = {"host", "Linux", "cpu", 4, 1 << 30};
    header.notes = {"a note"};
    return build_result(
        {header, aggregator(), target, generator, monitors, interrupted, 10.5, 10, seen, {}, abort, {}});
  }

  profile::Profile profile;
  plan::Plan plan;
  report::ProcessResult target;
  report::ProcessResult generator;
  std::vector<metrics::MonitorRecord> monitors;
  verdict::GeneratorFigures seen;
  std::optional<verdict::Abort> abort;
  bool embedded = false;
  bool interrupted = false;
  bool fail_on_warning = false;

 private:
  using Op = profile::Bound::Op;

  profile::Objective& add_objective(std::string name, std::string metric) {
    profile::Objective& objective = profile.system.objectives.emplace_back();
    objective.name = std::move(name);
    objective.metric = std::move(metric);
    return objective;
  }
  /// Made when it is first used, so that a test can change the tasks before.
  metrics::Aggregator& aggregator() {
    if (!aggregator_) aggregator_.emplace(plan.tasks);
    return *aggregator_;
  }
  std::optional<metrics::Aggregator> aggregator_;
};

}  // namespace soundcheck::app
