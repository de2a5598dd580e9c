// From "http://host:port/prefix" to an Endpoint. Parsing is pure; resolving asks the system's resolver and
// may block, so it runs on the control thread before the run.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "protocols/core/failure.hpp"
#include "protocols/net/network.hpp"

namespace soundcheck::net {

struct TargetUrl {
  std::string host;    ///< without brackets
  std::string port;    ///< "80" if the URL has none
  std::string prefix;  ///< path in front of every request's path, without a trailing slash; usually empty
  std::string text;    ///< as the user wrote it
};

/// The error is one line that says what to write instead.
std::variant<TargetUrl, std::string> parse_target_url(std::string_view text);

/// Failure stage is resolve.
std::variant<Endpoint, core::Failure> resolve(const TargetUrl& url);

}  // namespace soundcheck::net
