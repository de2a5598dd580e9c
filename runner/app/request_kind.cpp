#include "runner/app/request_kind.hpp"

#include <set>
#include <vector>

namespace soundcheck::app {

namespace {

/// Adds the methods of the requests that are counted under `name`.
void add_methods(const std::vector<profile::Step>& steps, const std::string& own_name,
                 const std::string& name, std::set<std::string>& methods) {
  using Kind = profile::Step::Kind;
  profile::for_each_step(steps, [&](const profile::Step& step) {
    if (step.kind != Kind::request && step.kind != Kind::poll) return;
    if ((step.request.name.empty() ? own_name : step.request.name) == name)
      methods.insert(step.request.method);
  });
}

}  // namespace

std::string request_kind(const profile::System& system, core::Subsystem subsystem, const std::string& name) {
  if (subsystem == core::Subsystem::websocket) return "WebSocket";
  if (subsystem == core::Subsystem::ai_pipeline) return "call";
  if (!system.api) return {};
  const std::string task_name = name.substr(name.rfind('/') + 1);
  std::set<std::string> methods;
  for (const profile::HttpTask& task : system.api->tasks)
    add_methods(task.steps, task.name, task_name, methods);
  if (system.api->login) add_methods(system.api->login->steps, "login", task_name, methods);
  return methods.size() == 1 ? *methods.begin() : std::string();
}

}  // namespace soundcheck::app
