// What objectives may say about monitors, and rules between the monitors of a system. Pure; control thread
// only.
#pragma once

#include <string>
#include <vector>

#include "runner/profile/mistakes.hpp"
#include "runner/profile/objectives.hpp"
#include "runner/profile/profile.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// `nodes` is the list that system.monitors was read from.
void check_monitors(const Value& nodes, const System& system, Mistakes& mistakes);

/// What `check` says against the places where the monitors look, each at its key. `document` is what `system`
/// was read from.
void check_places(const Value& document, const System& system, const MonitorCheck& check, Mistakes& mistakes);

/// monitors.NAME.SERIES of every monitor, those of the target's process and our own among them.
std::vector<ObjectiveMetric> monitor_metrics(const System& system);
/// What can be made of the samples of a series.
const std::vector<std::string>& monitor_aggregations();

}  // namespace soundcheck::profile
