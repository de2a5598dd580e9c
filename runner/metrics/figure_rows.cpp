#include "runner/metrics/figure_rows.hpp"

#include <algorithm>
#include <utility>

#include "runner/metrics/main_metric.hpp"

namespace soundcheck::metrics {

namespace {

Histogram::Sparse compact(const Histogram& histogram) {
  Histogram::Sparse sparse = histogram.sparse();
  sparse.counts.shrink_to_fit();
  return sparse;
}

void join(FigureRow& row, const FigureRow& next) {
  row.at = next.at;
  row.seconds += next.seconds;
  for (std::size_t i = 0; i < row.tasks.size(); ++i) {
    TaskRow& task = row.tasks[i];
    task.main = joined(task.main, next.tasks[i].main);
    task.rtf = joined(task.rtf, next.tasks[i].rtf);
    task.lag = joined(task.lag, next.tasks[i].lag);
    task.succeeded += next.tasks[i].succeeded;
    task.failed += next.tasks[i].failed;
  }
}

}  // namespace

FigureRows::FigureRows(std::vector<core::Subsystem> subsystems, std::size_t row_limit,
                       std::size_t bucket_limit)
    : subsystems_(std::move(subsystems)),
      row_limit_(std::max<std::size_t>(2, row_limit)),
      bucket_limit_(bucket_limit) {}

void FigureRows::add(double at, double seconds, const Snapshot& snapshot) {
  FigureRow row{at, seconds, {}};
  row.tasks.resize(subsystems_.size());
  for (std::size_t i = 0; i < std::min(subsystems_.size(), snapshot.tasks.size()); ++i) {
    const TaskRecord& task = snapshot.tasks[i];
    row.tasks[i].main = compact(task.histogram(main_metric(subsystems_[i])));
    row.tasks[i].rtf = compact(task.histogram(core::Metric::rtf));
    row.tasks[i].lag = compact(task.histogram(core::Metric::lag));
    row.tasks[i].succeeded = static_cast<std::uint64_t>(task.counter(core::Counter::succeeded));
    row.tasks[i].failed = task.failed();
  }
  if (in_last_row_ == 0) {
    rows_.push_back(std::move(row));
  } else {
    join(rows_.back(), row);
  }
  in_last_row_ = (in_last_row_ + 1) % seconds_per_row_;
  if (in_last_row_ != 0) return;
  if (rows_.size() >= row_limit_ || (rows_.size() >= fewest_rows && buckets() > bucket_limit_)) halve();
}

std::size_t FigureRows::buckets() const {
  std::size_t sum = 0;
  for (const FigureRow& row : rows_) {
    for (const TaskRow& task : row.tasks)
      sum += task.main.counts.size() + task.rtf.counts.size() + task.lag.counts.size();
  }
  return sum;
}

void FigureRows::halve() {
  std::vector<FigureRow> half;
  half.reserve((rows_.size() + 1) / 2);
  for (std::size_t i = 0; i < rows_.size(); i += 2) {
    half.push_back(std::move(rows_[i]));
    if (i + 1 < rows_.size()) join(half.back(), rows_[i + 1]);
  }
  // A last row without a neighbour goes on being filled.
  in_last_row_ = rows_.size() % 2 == 1 ? seconds_per_row_ : 0;
  seconds_per_row_ *= 2;
  rows_ = std::move(half);
}

}  // namespace soundcheck::metrics
