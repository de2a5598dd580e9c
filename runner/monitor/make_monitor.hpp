// From what a system file says to a monitor that can be asked. Control thread, before the run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "runner/monitor/monitor.hpp"
#include "runner/profile/monitor_system.hpp"

namespace soundcheck::monitor {

struct MadeMonitor {
  std::unique_ptr<Monitor> monitor;
  std::string source;  ///< where it looks, for people; never a secret
};

/// Asks nobody yet. The error is one line that says what to write instead.
std::variant<MadeMonitor, std::string> make_monitor(const profile::Monitor& settings,
                                                    std::function<core::TimePoint()> clock);

}  // namespace soundcheck::monitor
