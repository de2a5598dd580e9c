// The setup of a run, before its load, and the teardown after it. Control thread.
#pragma once

#include <optional>
#include <string>

#include "runner/app/stop_signals.hpp"
#include "runner/plan/plan.hpp"

namespace soundcheck::app {

struct SetUp {
  bool stopped = false;                ///< by a signal
  std::optional<std::string> problem;  ///< for the user
};

/// Does the setup of the system, if it has one, and gives all users what it extracted.
SetUp set_up(plan::Plan& plan, StopSignals& signals);

/// Does the teardown, if there is one. A note for the report if it failed.
std::optional<std::string> tear_down(const plan::Plan& plan, StopSignals& signals);

}  // namespace soundcheck::app
