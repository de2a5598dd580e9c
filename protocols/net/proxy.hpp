// An HTTP proxy between us and the target: its address and what it wants to know. Parsed and resolved on the
// control thread, constant from then on, shared by all shards.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/failure.hpp"
#include "protocols/core/task.hpp"
#include "protocols/net/address.hpp"
#include "protocols/net/channel.hpp"

namespace soundcheck::net {

struct Endpoint;

struct Proxy {
  std::string text;  ///< "http://host:port", for messages: without user name and password
  std::string host;  ///< without brackets
  std::string port;
  std::string authorization;  ///< value of Proxy-Authorization (RFC 7617); empty: none. A secret
  std::vector<Address> addresses;
};

/// "http://user:password@host:port"; port 8080 if there is none. Addresses are left empty (resolve_proxy).
/// The error is one line without the user name and password.
std::variant<Proxy, std::string> parse_proxy(std::string_view url);

/// Asks the system's resolver. On failure: stage proxy.
std::optional<core::Failure> resolve_proxy(Proxy& proxy);

/// Asks the proxy at the other end of `channel` for a tunnel to the endpoint (CONNECT; RFC 9110, 9.3.6).
/// Nothing if it stands; the channel then leads to the target. A deadline of the caller ends the wait. On
/// failure: stage proxy or deadline.
core::Task<std::optional<core::Failure>> open_tunnel(Channel& channel, const Endpoint& endpoint);

}  // namespace soundcheck::net
