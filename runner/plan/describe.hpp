// A plan in words and numbers, for people: what --dry-run prints, and the line above a run. Pure.
#pragma once

#include <string>

#include "runner/plan/plan.hpp"

namespace soundcheck::plan {

/// "quick on phone_agent against URL: 60 s (5 s warm-up), 10 API users, 5 WebSocket connections, 3 calls"
std::string headline(const profile::Profile& profile, const Plan& plan, const std::string& target);

/// The whole plan: load, tasks with their shares, scripts, audio, objectives, and about how much will be
/// sent.
std::string describe(const profile::Profile& profile, const Plan& plan, const std::string& target);

}  // namespace soundcheck::plan
