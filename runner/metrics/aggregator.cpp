#include "runner/metrics/aggregator.hpp"

#include <algorithm>

namespace soundcheck::metrics {

namespace {

std::optional<double> in_units(std::optional<std::int64_t> micro) {
  if (!micro) return std::nullopt;
  return static_cast<double>(*micro) / 1e6;
}

/// Two rows as one. Counts add up; quantiles cannot be merged, so the worse one stands.
SecondRow join(const SecondRow& first, const SecondRow& second) {
  SecondRow joined = second;
  joined.seconds = first.seconds + second.seconds;
  joined.succeeded += first.succeeded;
  joined.failed += first.failed;
  joined.p50 = std::max(first.p50, second.p50);
  joined.p95 = std::max(first.p95, second.p95);
  joined.p99 = std::max(first.p99, second.p99);
  joined.rtf = std::max(first.rtf, second.rtf);
  joined.warm_up = first.warm_up && second.warm_up;
  return joined;
}

/// The later row knows the totals.
HistoryRow join(const HistoryRow& first, const HistoryRow& second) {
  HistoryRow joined = second;
  joined.seconds = first.seconds + second.seconds;
  joined.succeeded += first.succeeded;
  joined.failed += first.failed;
  joined.times = worse_of(first.times, second.times);
  return joined;
}

template <class Row>
void add_row(std::vector<Row>& rows, Row row, bool new_row) {
  if (new_row) {
    rows.push_back(std::move(row));
  } else {
    rows.back() = join(rows.back(), row);
  }
}

template <class Row>
void halve_rows(std::vector<Row>& rows) {
  std::vector<Row> half;
  for (std::size_t i = 0; i + 1 < rows.size(); i += 2) half.push_back(join(rows[i], rows[i + 1]));
  if (rows.size() % 2 == 1) half.push_back(rows.back());
  rows = std::move(half);
}

std::vector<core::Subsystem> subsystems_of(
    const std::vector<std::pair<core::Subsystem, std::string>>& tasks) {
  std::vector<core::Subsystem> subsystems;
  for (const auto& task : tasks) subsystems.push_back(task.first);
  return subsystems;
}

}  // namespace

Aggregator::Aggregator(std::vector<std::pair<core::Subsystem, std::string>> tasks, std::size_t row_limit)
    : tasks_(std::move(tasks)),
      row_limit_(std::max<std::size_t>(2, row_limit)),
      figure_rows_(subsystems_of(tasks_)) {
  totals_.tasks.resize(tasks_.size());
}

void Aggregator::add_second(double at_seconds, const Snapshot& merged, bool warm_up) {
  if (merged.tasks.size() < tasks_.size()) {
    Snapshot whole = merged;
    whole.tasks.resize(tasks_.size());
    add_second(at_seconds, whole, warm_up);
    return;
  }
  const bool new_row = in_last_row_ == 0;
  for (core::Subsystem subsystem : core::all_subsystems) {
    SecondRow row = row_of(subsystem, merged);
    row.at = at_seconds;
    row.seconds = at_seconds - last_at_;
    row.warm_up = warm_up;
    add_row(rows_[static_cast<std::size_t>(subsystem)], row, new_row);
  }
  const double seconds = at_seconds - last_at_;
  if (!warm_up) {
    measured_seconds_ += seconds;
    totals_.merge(merged);
    figure_rows_.add(at_seconds, seconds, merged);
  }
  add_row(history_, history_row(merged, at_seconds, seconds, warm_up), new_row);
  in_last_row_ = (in_last_row_ + 1) % seconds_per_row_;
  if (in_last_row_ == 0 && rows_.front().size() >= row_limit_) halve();

  last_at_ = at_seconds;
  for (std::size_t i = 0; i < tasks_.size(); ++i) totals_.tasks[i].in_progress = merged.tasks[i].in_progress;
}

TaskRecord Aggregator::subsystem_total(core::Subsystem subsystem) const {
  TaskRecord total;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (tasks_[i].first == subsystem) total.merge(totals_.tasks[i]);
  }
  return total;
}

SecondRow Aggregator::row_of(core::Subsystem subsystem, const Snapshot& snapshot) const {
  SecondRow row;
  Histogram main;
  Histogram rtf;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (tasks_[i].first != subsystem) continue;
    const TaskRecord& task = snapshot.tasks[i];
    row.succeeded += static_cast<std::uint64_t>(task.counter(core::Counter::succeeded));
    row.failed += task.failed();
    row.in_progress += task.in_progress;
    main.merge(task.histogram(main_metric(subsystem)));
    rtf.merge(task.histogram(core::Metric::rtf));
  }
  row.p50 = in_units(main.quantile(0.50));
  row.p95 = in_units(main.quantile(0.95));
  row.p99 = in_units(main.quantile(0.99));
  row.rtf = in_units(rtf.quantile(0.95));
  return row;
}

HistoryRow Aggregator::history_row(const Snapshot& snapshot, double at, double seconds, bool warm_up) {
  HistoryRow row;
  row.at = at;
  row.seconds = seconds;
  Histogram main;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    const TaskRecord& task = snapshot.tasks[i];
    row.succeeded += static_cast<std::uint64_t>(task.counter(core::Counter::succeeded));
    row.failed += task.failed();
    row.in_progress += task.in_progress;
    main.merge(task.histogram(main_metric(tasks_[i].first)));
    const TaskRecord& total = totals_.tasks[i];
    row.total_succeeded += static_cast<std::uint64_t>(total.counter(core::Counter::succeeded));
    row.total_failed += total.failed();
    row.total_bytes += total.counter(core::Counter::bytes_received);
  }
  if (!warm_up) main_total_.merge(main);
  row.times = time_table(main);
  const TimeTable total = time_table(main_total_);
  row.total_median = total.median();
  row.total_mean = total.mean;
  row.total_min = total.min;
  row.total_max = total.max;
  return row;
}

void Aggregator::halve() {
  for (std::vector<SecondRow>& rows : rows_) halve_rows(rows);
  halve_rows(history_);
  seconds_per_row_ *= 2;
}

}  // namespace soundcheck::metrics
