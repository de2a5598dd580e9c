#include "runner/verdict/measure.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace soundcheck::verdict {

namespace {

/// 0.95 of "p95"; nothing for other texts.
std::optional<double> quantile_of(std::string_view aggregation) {
  double percent = 0;
  const char* end = aggregation.data() + aggregation.size();
  if (!aggregation.starts_with('p') || std::from_chars(aggregation.data() + 1, end, percent).ptr != end)
    return std::nullopt;
  return percent / 100;
}

std::optional<double> aggregate(const metrics::Histogram& h, std::string_view aggregation) {
  if (h.count() == 0) return std::nullopt;
  if (aggregation == "min") return static_cast<double>(h.min()) / 1e6;
  if (aggregation == "max") return static_cast<double>(h.max()) / 1e6;
  if (aggregation == "mean") return h.mean() / 1e6;
  const auto quantile = quantile_of(aggregation);
  if (!quantile) return std::nullopt;
  return static_cast<double>(*h.quantile(*quantile)) / 1e6;
}

/// A task of a named workload is called workload/task: an objective on the task is about all of them.
bool is_task(std::string_view full_name, const std::string& name) {
  return full_name == name || full_name.ends_with("/" + name);
}

}  // namespace

std::pair<std::string_view, std::string_view> split_metric(std::string_view metric) {
  const std::size_t dot = metric.find('.');
  if (dot == std::string_view::npos) return {metric, {}};
  return {metric.substr(0, dot), metric.substr(dot + 1)};
}

void Sum::add(const Sum& other) {
  histogram.merge(other.histogram);
  succeeded += other.succeeded;
  failed += other.failed;
  counted += other.counted;
}

std::optional<Measure> Measure::of(const profile::Objective& objective, TaskNames tasks) {
  const auto [owner, what] = split_metric(objective.metric);
  const auto subsystem = core::subsystem_from_string(owner);
  if (!subsystem) return std::nullopt;
  Measure measure;
  if (what == "success_rate") {
    measure.rate_ = Rate::success;
  } else if (what == "error_rate") {
    measure.rate_ = Rate::error;
  } else if (what == "client_error_rate") {
    measure.rate_ = Rate::counted;
    measure.counter_ = core::Counter::client_errors;
  } else if (what == "server_error_rate") {
    measure.rate_ = Rate::counted;
    measure.counter_ = core::Counter::server_errors;
  } else if (what != "rate") {
    measure.metric_ = core::metric_from_string(what);
    if (!measure.metric_) return std::nullopt;
  }
  measure.aggregation_ = objective.aggregation;
  const std::vector<std::string>& wanted = objective.tasks;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].first != *subsystem) continue;
    const bool chosen = std::any_of(wanted.begin(), wanted.end(),
                                    [&](const std::string& name) { return is_task(tasks[i].second, name); });
    if (wanted.empty() || chosen) measure.tasks_.push_back(static_cast<core::TaskId>(i));
  }
  return measure;
}

std::string_view Measure::unit() const {
  if (metric_) return core::info(*metric_).unit;
  return rate_ == Rate::ended ? "1/s" : "ratio";
}

void Measure::add(std::span<const metrics::TaskRecord> records, Sum& sum) const {
  for (const core::TaskId task : tasks_) {
    if (task >= records.size()) continue;
    const metrics::TaskRecord& record = records[task];
    if (metric_) sum.histogram.merge(record.histogram(*metric_));
    sum.succeeded += static_cast<std::uint64_t>(record.counter(core::Counter::succeeded));
    sum.failed += record.failed();
    if (rate_ == Rate::counted) sum.counted += record.counter(counter_);
  }
}

std::optional<double> Measure::value(const Sum& sum, double seconds) const {
  if (metric_) return aggregate(sum.histogram, aggregation_);
  if (sum.ended() == 0) return std::nullopt;
  const auto ended = static_cast<double>(sum.ended());
  switch (rate_) {
    case Rate::success:
      return static_cast<double>(sum.succeeded) / ended;
    case Rate::error:
      return static_cast<double>(sum.failed) / ended;
    case Rate::counted:
      return static_cast<double>(sum.counted) / ended;
    case Rate::ended:
      return seconds > 0 ? std::optional(ended / seconds) : std::nullopt;
  }
  return std::nullopt;
}

std::uint64_t Measure::meaningful_samples() const {
  constexpr std::uint64_t least = 20;
  const auto quantile = quantile_of(aggregation_);
  if (!metric_ || !quantile || *quantile >= 1) return least;
  return std::max(least, static_cast<std::uint64_t>(std::llround(1 / (1 - *quantile))));
}

}  // namespace soundcheck::verdict
