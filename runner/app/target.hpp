// The target of a run: the embedded reference agent as a child process, or a backend of the user's. Control
// thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/net/target_url.hpp"
#include "protocols/net/tls_context.hpp"
#include "runner/app/child_process.hpp"
#include "runner/app/host.hpp"
#include "runner/profile/profile.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

/// How connections get to a target: what a system's tls, proxy and source_addresses mean here.
struct Route {
  std::shared_ptr<const net::TlsContext> tls;  ///< null: the target is plain
  std::optional<net::Proxy> proxy;             ///< not resolved yet
  std::vector<net::Address> sources;
};

/// Reads certificates and keys, and looks whether the addresses are ours. The error lists all mistakes.
std::variant<Route, std::string> plan_route(const profile::ConnectionSystem& connection,
                                            const net::TargetUrl& url);

struct Target {
  net::TargetUrl url;
  net::Endpoint endpoint;
  std::optional<ChildProcess> child;  ///< the embedded one
};

/// Starts the reference agent beside our own program on a free port. The error says what to do.
std::variant<Target, std::string> start_embedded(const Host& host);

/// Resolves the host, or the proxy's. The error is for the user.
std::variant<Target, std::string> external_target(const net::TargetUrl& url, const Route& route);

/// The addresses to dial from, so that `sockets` connections at a time have a port each. The error says what
/// to do.
std::variant<std::vector<net::Address>, std::string> choose_sources(const Target& target, const Route& route,
                                                                    std::uint64_t sockets);

/// Asks the health path, for at most four seconds. Nothing if the target answers with 2xx or 3xx; else a text
/// of several lines: the URL, the error, and what to check.
std::optional<std::string> check_reachable(Target& target, const std::string& health_path);

/// Finds the process to watch, or says why there is none.
report::ProcessResult find_process(const Target& target, std::optional<int> pid);

}  // namespace soundcheck::app
