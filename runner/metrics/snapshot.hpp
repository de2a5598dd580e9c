// What one shard recorded since the last collect, and how snapshots add up. Merging is exact and associative,
// so any grouping of shards and seconds gives the same totals. Plain data: moved from the shard to the
// control thread, never shared.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/core/failure.hpp"
#include "protocols/core/metric.hpp"
#include "runner/metrics/histogram.hpp"

namespace soundcheck::metrics {

/// Failures of one kind: stage + text. At most this many kinds a task, the rest under `other_failures` of
/// their stage. The kinds kept are the first ones in (stage, text) order: a rule that does not depend on the
/// order of arrival, so merging stays associative. Counts by stage are always exact.
inline constexpr std::size_t max_failure_texts = 20;
inline constexpr std::string_view other_failures = "(other texts)";
/// Longer texts are cut here, in bytes: a target must not be able to fill our memory with its error pages.
inline constexpr std::size_t max_failure_text_length = 200;

struct TaskRecord {
  std::array<Histogram, core::metric_count> histograms;
  std::array<std::int64_t, core::counter_count> counters{};
  std::array<std::uint64_t, core::stage_count> failures{};
  std::map<std::pair<core::Stage, std::string>, std::uint64_t> failure_texts;
  std::map<std::string, std::uint64_t> skips;  ///< tasks that ended at a stop_task, by its reason
  std::int64_t in_progress = 0;  ///< at the time of the snapshot; adds up over shards, not over time

  std::uint64_t failed() const;  ///< sum of failures
  std::int64_t counter(core::Counter c) const { return counters[static_cast<std::size_t>(c)]; }
  const Histogram& histogram(core::Metric m) const { return histograms[static_cast<std::size_t>(m)]; }
  void add_failure_text(core::Stage stage, const std::string& text, std::uint64_t n);
  void merge(const TaskRecord& other);
};

struct Snapshot {
  std::vector<TaskRecord> tasks;  ///< indexed by TaskId
  Histogram loop_lag;             ///< how late the shard's loop served its timers, microseconds
  void merge(const Snapshot& other);
};

}  // namespace soundcheck::metrics
