// A plan in figures that one can check against what is meant: the load as a chart, starts and requests of
// each task, sockets, audio. What `run_load_tests explain` prints. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "runner/plan/plan.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::plan {

/// `response_time`: what every answer is assumed to take; users of the closed model wait for it.
std::string explain(const profile::Profile& profile, const Plan& plan, const std::string& target,
                    core::Duration response_time);

/// The level over the whole run, eight lines high, with both axes.
std::string chart(const Load& load, core::Duration run, std::size_t columns);

}  // namespace soundcheck::plan
