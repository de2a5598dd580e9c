// The one canonical result of a run. Reporters only render it: console, JSON, and later formats never compute
// a figure of their own. Plain data, built by runner/app after the run (or at its interruption), control
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/failure.hpp"
#include "protocols/core/metric.hpp"
#include "runner/compare/figures.hpp"
#include "runner/metrics/history_row.hpp"
#include "runner/metrics/monitor_record.hpp"
#include "runner/metrics/second_row.hpp"
#include "runner/metrics/time_table.hpp"
#include "runner/trend/degradation.hpp"
#include "runner/trend/drain.hpp"
#include "runner/trend/leak.hpp"
#include "runner/trend/work.hpp"
#include "runner/verdict/growth_per_hour.hpp"
#include "runner/verdict/monitor_figures.hpp"
#include "runner/verdict/objective_result.hpp"
#include "runner/verdict/objective_watch.hpp"
#include "runner/verdict/validity.hpp"

namespace soundcheck::report {

inline constexpr int schema_version = 1;

using verdict::Level;
using verdict::ObjectiveResult;
using verdict::Validity;
using verdict::Verdict;

struct MetricSummary {
  core::Metric metric{};
  std::uint64_t count = 0;
  std::uint64_t saturated = 0;
  double min = 0, mean = 0, max = 0;  ///< in the metric's unit
  double p50 = 0, p90 = 0, p95 = 0, p99 = 0, p999 = 0;
};

struct FailureSummary {
  core::Stage stage{};
  std::string text;
  std::uint64_t count = 0;
};

struct TaskResult {
  std::string name;  ///< "" for a total
  std::string kind;  ///< the method of its requests ("GET"), "WebSocket" or "call"; empty if they differ
  std::vector<std::pair<core::Counter, std::int64_t>>
      counters;  ///< those that are not zero, plus started and succeeded
  std::uint64_t failed = 0;
  std::vector<FailureSummary> failures;  ///< most frequent first
  std::vector<std::pair<std::string, std::uint64_t>>
      skips;                           ///< tasks that ended at a stop_task, by its reason
  std::vector<MetricSummary> metrics;  ///< those with data
  metrics::TimeTable times;            ///< of the main metric of its subsystem
  double rate = 0;                     ///< ended tasks per second of the measured window
  std::optional<double> success_rate;  ///< succeeded / (succeeded + failed); absent if nothing ended
};

using metrics::SecondRow;

/// Whether one figure of a subsystem got worse while the load lasted.
struct DegradationResult {
  std::string series;  ///< "p95" of the main metric, "error_rate", "rate", "rtf"
  std::string unit;    ///< "s", "ratio" or "1/s"
  trend::DegradationReport report;
};

struct SubsystemResult {
  core::Subsystem subsystem{};
  bool skipped = false;
  bool success = false;  ///< no objective of it critical or without data, and at least one task succeeded
  std::string reason;    ///< why not, when success is false
  TaskResult total;
  std::vector<TaskResult> tasks;
  std::vector<SecondRow> seconds;
  std::vector<DegradationResult> degradation;  ///< empty in short runs
  std::string gap;         ///< why response and service time differ, one sentence; empty if they do not
  std::string rtf_source;  ///< ai_pipeline: "busy", "unpaced" or "live", with what it means; else empty
};

/// One sample of a watched process.
struct ProcessSample {
  double at = 0;  ///< seconds from the start of the run
  std::uint64_t rss_bytes = 0;
  std::optional<std::uint64_t> pss_bytes;
  double cpu_cores = 0;  ///< cores busy since the sample before
  std::optional<std::uint32_t> descriptors;
  std::uint32_t threads = 0;
  /// The least resident size of the looks since the sample before, this one included; a sawtooth's trough is
  /// between two samples. Absent if nobody looked.
  std::optional<std::uint64_t> rss_lowest_bytes{};
};

/// Growth by what was done, as if all of it came from that.
struct GrowthByWork {
  std::string unit;  ///< "request", "call"
  trend::WorkReport report;
};

/// Whether one series of a monitor leaks.
struct LeakResult {
  std::string series;  ///< "rss", "pss", "descriptors", "threads", or as the monitor calls it
  std::string unit;    ///< "bytes" or "count", mostly
  trend::LeakReport report;
  trend::DrainReport drain;       ///< what came back when the load had ended
  std::string monitor{"target"};  ///< whose series it is
  verdict::LeakRule rule{};       ///< what counted
  std::string limit{};            ///< what rule.criteria.limit is; empty without one
  std::vector<GrowthByWork> by_work{};
};

/// Where a resource of a process ends.
struct ResourceLimit {
  double value = 0;  ///< in the unit of the series
  std::string what;  ///< for people: "the memory of the machine"
};

struct ProcessResult {
  std::optional<int> pid;
  std::string command;
  std::string how_found;  ///< "child process", "--target-pid", "listens on port 8080"
  std::string no_data;    ///< why nothing could be sampled and what to do; empty if it could
  std::optional<ResourceLimit> memory_limit, descriptor_limit;
  std::vector<ProcessSample> samples;
  std::optional<double>
      memory_growth_bytes;  ///< median of the last tenth - median of the first tenth after warm-up, RSS
  std::optional<double> memory_peak_bytes;  ///< largest RSS after warm-up
  std::optional<double> cpu_cores_mean;     ///< after warm-up
  std::vector<LeakResult> leaks;            ///< empty in short runs
  std::string exit;  ///< how the child ended if it ended before we stopped it; else empty
};

/// What one monitor saw: the target's process, our own, then those of the system.
struct MonitorResult {
  metrics::MonitorRecord record;
  std::vector<verdict::SeriesFigures> figures;  ///< one for each series
  std::vector<LeakResult> leaks{};              ///< those of the two processes are in their results
};

struct Build {
  std::string version, commit, compiler, type;
};
struct Host {
  std::string name, kernel, cpu_model;
  int cores = 0;
  std::uint64_t memory_bytes = 0;
};

struct RunResult {
  Build build;
  Host host;
  std::string profile_name, system_name, target_url;
  bool embedded_target = false;
  std::optional<double>
      resolve_seconds;  ///< of looking up the target's name, once, before the run; absent: an address
  std::string profile_text, profile_hash;
  std::uint64_t seed = 0;
  std::string started_at;  ///< RFC 3339, UTC
  double planned_seconds = 0, warm_up_seconds = 0;
  double cool_down_seconds = 0;              ///< after the planned ones
  double actual_seconds = 0;                 ///< with the cool-down
  bool partial = false;                      ///< interrupted
  std::optional<verdict::Abort> abort;       ///< an objective ended the run before its time
  std::vector<SubsystemResult> subsystems;   ///< api, websocket, ai_pipeline, in this order, skipped ones too
  TaskResult total;                          ///< all subsystems together
  std::vector<metrics::HistoryRow> history;  ///< the same over time
  ProcessResult target;
  ProcessResult generator;
  std::vector<MonitorResult> monitors;
  Validity validity;
  std::vector<ObjectiveResult> objectives;
  std::vector<compare::Figure> comparable;  ///< what later runs can be compared with
  std::string limited_by;                   ///< one sentence: what limited the run; may be empty
  std::vector<std::string> notes;  ///< remarks for the reader (fixtures converted, rate limits hit, ...)
  Verdict verdict = Verdict::no_data;
  int exit_code = 5;
};

}  // namespace soundcheck::report
