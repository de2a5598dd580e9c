// The target of a run: the embedded reference agent as a child process, or a backend of the user's. Control
// thread only.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "protocols/net/target_url.hpp"
#include "runner/app/child_process.hpp"
#include "runner/app/host.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

struct Target {
  net::TargetUrl url;
  net::Endpoint endpoint;
  std::optional<ChildProcess> child;  ///< the embedded one
};

/// Starts the reference agent beside our own program on a free port. The error says what to do.
std::variant<Target, std::string> start_embedded(const Host& host);

/// Resolves the host. The error is for the user.
std::variant<Target, std::string> external_target(const net::TargetUrl& url);

/// Asks the health path, for at most four seconds. Nothing if the target answers with 2xx or 3xx; else a text
/// of several lines: the URL, the error, and what to check.
std::optional<std::string> check_reachable(Target& target, const std::string& health_path);

/// Finds the process to watch, or says why there is none.
report::ProcessResult find_process(const Target& target, std::optional<int> pid);

}  // namespace soundcheck::app
