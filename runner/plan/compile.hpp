// From each subsystem's part of a system to the workload that its sessions run. Used by build_plan only;
// pure.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "runner/plan/plan.hpp"

namespace soundcheck::plan {

core::TaskId add_task(Plan& plan, core::Subsystem subsystem, std::string name);
core::ContentMatch compile_match(const std::optional<std::string>& contains,
                                 const std::vector<profile::JsonCheck>& json, core::VariableTable& names);

/// `names`: the slots of the API's variables, the same for all workloads of the plan.
std::variant<http::Workload, std::string> compile_api(Plan& plan, const profile::ApiSystem& system,
                                                      const net::TargetUrl& url, core::VariableTable& names);
websocket::Workload compile_websocket(Plan& plan, const profile::WebSocketSystem& system,
                                      const net::TargetUrl& url);
std::variant<voice::Workload, std::string> compile_voice(Plan& plan, const profile::VoiceSystem& system,
                                                         const net::TargetUrl& url,
                                                         const std::vector<audio::ClipPtr>& clips);

}  // namespace soundcheck::plan
