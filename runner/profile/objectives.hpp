// What an objective may name (metrics with their units, aggregations) and how its bounds are read. Pure;
// control thread only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/profile/mistakes.hpp"
#include "runner/profile/profile.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// A metric that an objective can be about.
struct ObjectiveMetric {
  std::string name;                          ///< for example "api.response_time"
  std::string_view unit;                     ///< "s", "ratio", "bytes", "1/s", "cores"
  bool distribution = false;                 ///< needs an aggregation
  bool fraction = false;                     ///< a ratio that cannot pass 1
  std::optional<core::Subsystem> subsystem;  ///< absent for target.*
};

/// All of them: every metric of every subsystem, its success_rate, error_rate and rate, and the target's own.
const std::vector<ObjectiveMetric>& objective_metrics();
const std::vector<std::string>& aggregations();

/// Checks the objectives against each other and against what the system declares, and fills in their bounds.
/// `nodes` is the list that they were read from.
void check_objectives(const Value& nodes, System& system, Mistakes& mistakes);

}  // namespace soundcheck::profile
