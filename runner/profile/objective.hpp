// What counts as good: a metric, how it is aggregated, and the bounds of its levels. Filled by the loader,
// constant from then on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/profile/values.hpp"

namespace soundcheck::profile {

/// One bound such as "< 200ms", in the metric's base unit (seconds, ratio, bytes).
struct Bound {
  enum class Op : unsigned char { less, less_equal, greater, greater_equal };
  Op op{};
  double value = 0;
  std::string text;  ///< as written

  /// An upper bound; else a lower one.
  bool upper() const { return op == Op::less || op == Op::less_equal; }
};

/// A level that is reached while its bound holds.
struct ObjectiveLevel {
  std::string name;
  Bound bound;
};

/// metric + aggregation + levels. The level is the first whose bound holds; if none does, `worst`.
struct Objective {
  std::string name;         ///< for people, for example "API p95 latency"
  std::string metric;       ///< for example "api.response_time", "api.success_rate", "target.memory_growth"
  std::string aggregation;  ///< p50 to p99.9, max, min, mean, last, growth, growth_per_hour; empty for rates
  std::optional<std::string> task;     ///< only this task's samples
  std::optional<std::string> tag;      ///< only those of the tasks with this tag
  std::vector<std::string> tasks;      ///< the names that `task` or `tag` stand for; empty: all tasks
  std::vector<ObjectiveLevel> levels;  ///< best first, at least one
  std::string worst = "critical";      ///< the level when no bound holds
  std::optional<Duration> over;        ///< the worst value over any window of that length counts
  bool stability = false;              ///< the value in the last third / the value in the first third
  bool abort_on_fail = false;          ///< the run ends as soon as no bound holds
  Duration grace{};                    ///< not before this long after the warm-up
  int line = 0;                        ///< in the file that declared it
};

/// An aggregation of monitors' series, judged by its confidence interval.
inline constexpr std::string_view growth_per_hour = "growth_per_hour";
/// The same of the series rss of the target's process, as a metric of its own.
inline constexpr std::string_view target_growth_per_hour = "target.memory_growth_per_hour";

/// Names for groups of tasks, which may be of several subsystems.
using Tags = std::map<std::string, std::vector<std::string>>;

}  // namespace soundcheck::profile
