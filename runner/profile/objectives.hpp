// What an objective may name (metrics with their units, aggregations) and how its bounds are read. Pure;
// control thread only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/profile/mistakes.hpp"
#include "runner/profile/profile.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// A window keeps a second's histogram for each of its seconds in memory.
inline constexpr Duration longest_window = std::chrono::minutes(10);
/// Before that, a few samples would decide over the run.
inline constexpr Duration default_grace = std::chrono::seconds(10);

/// A metric that an objective can be about.
struct ObjectiveMetric {
  std::string name;           ///< for example "api.response_time"
  std::string unit;           ///< "s", "ratio", "bytes", "1/s", "cores", "bytes/s", "bytes/h", "count"
  bool distribution = false;  ///< needs an aggregation
  bool fraction = false;      ///< a ratio that cannot pass 1
  std::optional<core::Subsystem> subsystem;  ///< absent for target.* and monitors.*
  bool series = false;                       ///< of a monitor: needs one of monitor_aggregations()
};

/// Those that every system has: every metric of every subsystem, its rates, and the target's own.
const std::vector<ObjectiveMetric>& objective_metrics();
const std::vector<std::string>& aggregations();

/// What results of a subsystem are counted under: the names that `task` and `tags` may use.
std::vector<std::string> task_names(const System& system, core::Subsystem subsystem);

/// Reports tags that name unknown tasks. `node` is the map that they were read from.
void check_tags(const Value& node, const System& system, Mistakes& mistakes);

/// Checks the objectives against each other and against what the system declares, and fills in their bounds
/// and tasks. `nodes` is the list that they were read from.
void check_objectives(const Value& nodes, System& system, Mistakes& mistakes);

}  // namespace soundcheck::profile
