// Words for the parts of a plan, which its description and its explanation share. Pure.
#pragma once

#include <string>

#include "protocols/core/pause.hpp"
#include "runner/plan/plan.hpp"

namespace soundcheck::plan {

/// "90 s", "5 min", "20 ms".
std::string time_text(core::Duration d);
std::string pause_text(const core::Pause& pause);
/// "10 users, all there after 0.9 s".
std::string load_text(const Workload& workload, const Plan& plan);
/// "api" or "api, workload spike".
std::string title(const Workload& workload);

}  // namespace soundcheck::plan
