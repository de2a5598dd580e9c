// What kind of requests the results of a name are about, for tables that show it: the HTTP method, or the
// subsystem. Pure.
#pragma once

#include <string>

#include "protocols/core/metric.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::app {

/// "GET" and so on if all requests that count under the name have that method; "WebSocket"; "call". Empty if
/// the methods differ, or if no request has the name. A workload's tasks are called "workload/task".
std::string request_kind(const profile::System& system, core::Subsystem subsystem, const std::string& name);

}  // namespace soundcheck::app
