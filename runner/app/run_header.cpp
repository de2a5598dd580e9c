#include "runner/app/run_header.hpp"

#include "protocols/net/address.hpp"
#include "runner/app/request_kind.hpp"

namespace soundcheck::app {

RunHeader describe_run(const profile::Profile& profile, const plan::Plan& plan) {
  RunHeader header;
  header.profile_name = profile.name;
  header.system_name = profile.system.name;
  const net::Endpoint& endpoint = plan.endpoint;
  if (!endpoint.addresses.empty() && !net::numeric_address(endpoint.host))
    header.resolve_seconds = endpoint.resolve_seconds;
  header.profile_text = profile.source_text;
  header.profile_hash = profile.source_hash;
  header.seed = profile.seed;
  header.duration = core::to_seconds(plan.duration);
  header.warm_up = core::to_seconds(plan.warm_up);
  header.drain = core::to_seconds(plan.drain);
  header.cool_down = core::to_seconds(plan.cool_down);
  header.tasks = plan.tasks;
  for (const auto& [subsystem, name] : plan.tasks)
    header.kinds.push_back(request_kind(profile.system, subsystem, name));
  for (core::Subsystem s : core::all_subsystems) header.skipped[static_cast<std::size_t>(s)] = !plan.has(s);
  header.objectives = profile.system.objectives;
  return header;
}

}  // namespace soundcheck::app
