#include "runner/plan/compile.hpp"

namespace soundcheck::plan {

using core::Subsystem;

core::TaskId add_task(Plan& plan, Subsystem subsystem, std::string name) {
  plan.tasks.emplace_back(subsystem, std::move(name));
  return static_cast<core::TaskId>(plan.tasks.size() - 1);
}

core::ContentMatch compile_match(const std::optional<std::string>& contains,
                                 const std::vector<profile::JsonCheck>& json) {
  core::ContentMatch match;
  if (contains) match.contains = core::TextTemplate::compile(*contains);
  for (const profile::JsonCheck& check : json) match.json.emplace_back(check.pointer, check.expected);
  return match;
}

bool Plan::has(Subsystem subsystem) const {
  switch (subsystem) {
    case Subsystem::api:
      return api.has_value();
    case Subsystem::websocket:
      return websocket.has_value();
    case Subsystem::ai_pipeline:
      return ai_pipeline.has_value();
  }
  return false;
}

std::uint64_t Plan::sockets() const {
  return std::uint64_t{api ? api->load.users : 0} + (websocket ? websocket->load.users : 0) +
         (ai_pipeline ? ai_pipeline->load.users : 0);
}

std::variant<Plan, std::string> build_plan(const profile::Profile& profile, const net::TargetUrl& url,
                                           net::Endpoint endpoint, const Skipped& skipped,
                                           const std::vector<audio::ClipPtr>& clips) {
  Plan plan;
  plan.duration = profile.duration;
  plan.warm_up = profile.warm_up;
  plan.drain = profile.drain;
  plan.seed = profile.seed;
  plan.endpoint = std::move(endpoint);
  const profile::System& system = profile.system;
  auto wanted = [&](Subsystem subsystem) { return !skipped[static_cast<std::size_t>(subsystem)]; };

  if (wanted(Subsystem::api) && profile.api && system.api) {
    plan.api = {{profile.api->users, profile.api->spawn_rate.per_second},
                compile_api(plan, *system.api, url)};
  }
  if (wanted(Subsystem::websocket) && profile.websocket && system.websocket) {
    plan.websocket = {{profile.websocket->connections, profile.websocket->connect_rate.per_second},
                      compile_websocket(plan, *system.websocket, url)};
  }
  if (wanted(Subsystem::ai_pipeline) && profile.ai_pipeline && system.ai_pipeline) {
    auto workload = compile_voice(plan, *system.ai_pipeline, url, clips);
    if (auto* error = std::get_if<std::string>(&workload)) return std::move(*error);
    plan.ai_pipeline = {{profile.ai_pipeline->calls, profile.ai_pipeline->call_rate.per_second},
                        std::move(std::get<voice::Workload>(workload))};
  }
  if (plan.tasks.empty()) {
    return std::string(
        "nothing is left to run: every subsystem of the profile is skipped or absent from the system");
  }
  return plan;
}

}  // namespace soundcheck::plan
