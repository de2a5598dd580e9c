// What is known of users and tasks before anything has run: who does what how often, and what it costs. Pure.
#pragma once

#include <vector>

#include "protocols/core/pause.hpp"
#include "protocols/core/time.hpp"
#include "protocols/http/http_task.hpp"
#include "protocols/http/step.hpp"

namespace soundcheck::plan {

struct Cost {
  double requests = 0;
  core::Duration pauses{};  ///< on average
};

/// At most: of the two ways of a `when` the longer one counts, loops in full, a poll once.
Cost cost_of(const std::vector<http::Step>& steps);

/// Users that do the same: all of them, or those of a class.
struct UserGroup {
  double share = 1;           ///< of the users
  std::vector<double> tasks;  ///< how often each task is chosen, by place in Workload::tasks; 1 in all
  core::Pause think_time;
};
std::vector<UserGroup> groups_of(const http::Workload& work);

}  // namespace soundcheck::plan
