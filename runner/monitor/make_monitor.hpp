// From what a system file says to a monitor that can be asked. Control thread, before the run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "runner/monitor/monitor.hpp"
#include "runner/profile/monitor_system.hpp"

namespace soundcheck::monitor {

struct MadeMonitor {
  std::unique_ptr<Monitor> monitor;
  std::string source;  ///< where it looks, for people; never a secret
};

using Problems = std::vector<profile::MonitorProblem>;

/// Asks nobody yet.
std::variant<MadeMonitor, Problems> make_monitor(const profile::Monitor& settings,
                                                 std::function<core::TimePoint()> clock);
/// Why it cannot be made; nothing if it can. A profile::MonitorCheck.
Problems check_monitor(const profile::Monitor& settings);

}  // namespace soundcheck::monitor
