// Which part of the records an objective is about, found once, and the value that it gives. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/core/probe.hpp"
#include "runner/metrics/snapshot.hpp"
#include "runner/profile/objective.hpp"

namespace soundcheck::verdict {

/// Subsystem and name of each task, indexed by core::TaskId.
using TaskNames = std::span<const std::pair<core::Subsystem, std::string>>;

/// "api.response_time" as "api" and "response_time".
std::pair<std::string_view, std::string_view> split_metric(std::string_view metric);

/// What a metric is computed from. Adds up over tasks and seconds.
struct Sum {
  metrics::Histogram histogram;  ///< of a distribution; else empty
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::int64_t counted = 0;  ///< of a rate of counted events

  void add(const Sum& other);
  std::uint64_t ended() const { return succeeded + failed; }
};

class Measure {
 public:
  /// Nothing if there is no such metric of a subsystem.
  static std::optional<Measure> of(const profile::Objective& objective, TaskNames tasks);

  /// The tasks that count; empty if none of them runs.
  const std::vector<core::TaskId>& tasks() const { return tasks_; }
  /// "s", "ratio" or "1/s".
  std::string_view unit() const;
  std::optional<core::Metric> distribution() const { return metric_; }

  /// `records` is indexed by core::TaskId.
  void add(std::span<const metrics::TaskRecord> records, Sum& sum) const;
  /// In the unit; `seconds`: how long the sum covers. Nothing without samples.
  std::optional<double> value(const Sum& sum, double seconds) const;
  std::uint64_t samples(const Sum& sum) const { return metric_ ? sum.histogram.count() : sum.ended(); }
  /// With fewer samples than this a percentile is just the largest value.
  std::uint64_t meaningful_samples() const;

 private:
  enum class Rate : unsigned char { success, error, counted, ended };

  std::optional<core::Metric> metric_;  // of a distribution; else rate_ counts
  core::Counter counter_{};             // of Rate::counted
  Rate rate_ = Rate::ended;
  std::string aggregation_;
  std::vector<core::TaskId> tasks_;
};

}  // namespace soundcheck::verdict
