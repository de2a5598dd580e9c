// Where the sessions of one shard put their figures: the shard's Probe. Owned by the shard and called only on
// its thread; take() hands the finished interval to the control thread by move, so nothing is ever shared.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/core/probe.hpp"
#include "runner/metrics/snapshot.hpp"

namespace soundcheck::metrics {

class Recorder final : public core::Probe {
 public:
  /// `task_count`: number of tasks in the plan, over all subsystems; every TaskId must be below it.
  explicit Recorder(std::size_t task_count);

  using core::Probe::record;
  void record(core::TaskId task, core::Metric metric, std::int64_t micro) override {
    TaskRecord& task_record = current_.tasks[task];
    if (micro < 0) ++task_record.counters[static_cast<std::size_t>(core::Counter::negative_values)];
    task_record.histograms[static_cast<std::size_t>(metric)].record(micro);
  }
  void count(core::TaskId task, core::Counter counter, std::int64_t n) override {
    current_.tasks[task].counters[static_cast<std::size_t>(counter)] += n;
  }
  void fail(core::TaskId task, const core::Failure& failure) override;
  void skip(core::TaskId task, const std::string& reason) override;
  void in_progress(core::TaskId task, int n) override { current_.tasks[task].in_progress += n; }

  /// How late the shard's loop served a timer, in microseconds.
  void loop_lag(std::int64_t micro) { current_.loop_lag.record(micro); }

  /// What was recorded since the last take(). Only the number in progress lives on.
  Snapshot take();

 private:
  Snapshot current_;
};

}  // namespace soundcheck::metrics
