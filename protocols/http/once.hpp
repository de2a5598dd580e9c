// Steps that are done once in a run, by nobody's user: its setup and its teardown. What they take is in no
// figure. Any thread that runs a timeline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocols/http/http_task.hpp"
#include "protocols/net/network.hpp"

namespace soundcheck::http {

struct OnceResult {
  std::vector<std::string> values;  ///< of all variables, by slot
  std::optional<core::Failure> failure;
};

/// Runs the steps with the workload's settings and what it gives its users. `user`: a number that none of
/// them has. Without a failure the timeline may have been killed.
core::Task<OnceResult> run_once(const Workload& workload, const std::vector<Step>& steps,
                                const net::Endpoint& endpoint, net::Network& network,
                                core::Timeline& timeline, std::uint64_t seed, std::uint64_t user);

}  // namespace soundcheck::http
