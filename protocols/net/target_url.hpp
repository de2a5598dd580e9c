// From "https://host:port/prefix" to an Endpoint. Parsing is pure; resolving asks the system's resolver and
// may block, so it runs on the control thread before the run.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/failure.hpp"
#include "protocols/net/network.hpp"

namespace soundcheck::net {

struct TargetUrl {
  std::string host;    ///< without brackets
  std::string port;    ///< "80" if the URL has none, with TLS "443"
  std::string prefix;  ///< path in front of every request's path, without a trailing slash; usually empty
  std::string text;    ///< as the user wrote it
  bool tls = false;    ///< https:// or wss://
};

/// The error is one line that says what to write instead.
std::variant<TargetUrl, std::string> parse_target_url(std::string_view text);

/// Without TLS context, sources and proxy: those are the caller's to add. Addresses in the order that the
/// resolver prefers (RFC 6724), with the time it took. Failure stage is resolve.
std::variant<Endpoint, core::Failure> resolve(const TargetUrl& url);

/// The same without asking the resolver: no addresses. For targets that a proxy resolves.
Endpoint unresolved(const TargetUrl& url);

std::variant<std::vector<Address>, core::Failure> resolve_host(const std::string& host,
                                                               const std::string& port);

}  // namespace soundcheck::net
