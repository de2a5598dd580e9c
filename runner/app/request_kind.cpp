#include "runner/app/request_kind.hpp"

namespace soundcheck::app {

std::string request_kind(const profile::System& system, core::Subsystem subsystem, const std::string& name) {
  if (subsystem == core::Subsystem::websocket) return "WebSocket";
  if (subsystem == core::Subsystem::ai_pipeline) return "call";
  if (!system.api) return {};
  const std::string task_name = name.substr(name.rfind('/') + 1);
  std::string kind;
  for (const profile::HttpTask& task : system.api->tasks) {
    if (task.name != task_name) continue;
    for (const profile::RequestStep& step : task.steps) {
      if (!kind.empty() && step.method != kind) return {};
      kind = step.method;
    }
  }
  return kind;
}

}  // namespace soundcheck::app
