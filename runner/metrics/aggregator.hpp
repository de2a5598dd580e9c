// Adds the snapshots of all shards up to the totals of the run and to one row per second and subsystem. Owned
// by the run, control thread only. Memory is bounded by the number of tasks and by max_rows, never by the
// length of the run.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/metrics/figure_rows.hpp"
#include "runner/metrics/history_row.hpp"
#include "runner/metrics/main_metric.hpp"
#include "runner/metrics/second_row.hpp"
#include "runner/metrics/snapshot.hpp"

namespace soundcheck::metrics {

class Aggregator {
 public:
  /// Rows per subsystem: 8 hours of seconds. Past it, neighbours are joined and each row covers twice as
  /// long.
  static constexpr std::size_t max_rows = 28'800;

  /// Subsystem and name of each task, indexed by core::TaskId.
  explicit Aggregator(std::vector<std::pair<core::Subsystem, std::string>> tasks,
                      std::size_t row_limit = max_rows);

  /// Adds what all shards recorded since the previous call. `at_seconds`: from the start of the run to the
  /// end of this second, ascending. A warm-up second gets its row but does not count in the totals.
  void add_second(double at_seconds, const Snapshot& merged, bool warm_up);

  const std::vector<std::pair<core::Subsystem, std::string>>& tasks() const { return tasks_; }
  /// Totals after warm-up, indexed by core::TaskId; in_progress is the latest value.
  const std::vector<TaskRecord>& totals() const { return totals_.tasks; }
  /// All tasks of the subsystem merged.
  TaskRecord subsystem_total(core::Subsystem subsystem) const;
  const std::vector<SecondRow>& rows(core::Subsystem subsystem) const {
    return rows_[static_cast<std::size_t>(subsystem)];
  }
  /// All subsystems together, as many rows as each of them has.
  const std::vector<HistoryRow>& history() const { return history_; }
  /// What figures with an uncertainty are measured from, after warm-up.
  const FigureRows& figure_rows() const { return figure_rows_; }
  /// The main metrics of all subsystems, merged, after warm-up.
  const Histogram& main_total() const { return main_total_; }
  /// After warm-up, all shards, microseconds.
  const Histogram& loop_lag() const { return totals_.loop_lag; }
  /// How long the totals cover.
  double measured_seconds() const { return measured_seconds_; }

 private:
  SecondRow row_of(core::Subsystem subsystem, const Snapshot& snapshot) const;
  HistoryRow history_row(const Snapshot& snapshot, double at, double seconds, bool warm_up);
  void halve();

  std::vector<std::pair<core::Subsystem, std::string>> tasks_;
  std::size_t row_limit_;
  std::size_t seconds_per_row_ = 1;  // snapshots that share a row
  std::size_t in_last_row_ = 0;      // of them, how many the last row holds
  double last_at_ = 0;
  double measured_seconds_ = 0;
  Snapshot totals_;
  std::array<std::vector<SecondRow>, core::subsystem_count> rows_;
  std::vector<HistoryRow> history_;
  Histogram main_total_;
  FigureRows figure_rows_;
};

}  // namespace soundcheck::metrics
