// What counts as good: a metric, how it is aggregated, and the bounds of its levels. Filled by the loader,
// constant from then on.
#pragma once

#include <optional>
#include <string>

namespace soundcheck::profile {

/// One bound such as "< 200ms", in the metric's base unit (seconds, ratio, bytes).
struct Bound {
  enum class Op : unsigned char { less, less_equal, greater, greater_equal };
  Op op{};
  double value = 0;
  std::string text;  ///< as written
};

/// metric + aggregation + levels. `target` reached: good; else `warning` reached: warning; else critical.
struct Objective {
  std::string name;         ///< for people, for example "API p95 latency"
  std::string metric;       ///< for example "api.response_time", "api.success_rate", "target.memory_growth"
  std::string aggregation;  ///< p50, p90, p95, p99, p99.9, max, min, mean; empty for rates and growths
  std::optional<std::string> task;  ///< only this task's samples
  Bound target;
  std::optional<Bound> warning;
  int line = 0;  ///< in the file that declared it
};

}  // namespace soundcheck::profile
