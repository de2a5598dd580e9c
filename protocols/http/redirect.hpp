// Where a redirect leads and what is sent there (RFC 9110, 15.4, and the Fetch standard, 4.4). Pure, any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "protocols/core/failure.hpp"
#include "protocols/http/request.hpp"

namespace soundcheck::http {

/// Scheme, host and port: what a connection is made to.
struct Origin {
  bool tls = false;
  std::string host;  ///< lower case, without brackets
  std::string port;

  bool operator==(const Origin&) const = default;
  /// For the Host header: the port only where it is not the scheme's own, an IPv6 address in brackets.
  std::string authority() const;
  std::string text() const { return (tls ? "https://" : "http://") + authority(); }
};

/// "https://host:port" or "host:port" without a scheme, which `tls` then chooses; without a port it is the
/// scheme's own. Nothing if the text is something else.
std::optional<Origin> parse_origin(std::string_view text, bool tls);

struct Location {
  Origin origin;
  std::string path;  ///< with the query, without the fragment; percent-encoded
};

/// Resolves a Location header against the request that it answers (RFC 3986, 5.2). Nothing if it is not an
/// http or https address.
std::optional<Location> resolve_location(const Origin& from, std::string_view from_path,
                                         std::string_view location);

/// 301, 302, 303, 307 and 308.
bool is_redirect(int status);

/// The request that follows. A POST becomes a GET after 301, 302 and 303, and 303 turns everything but HEAD
/// into a GET; 307 and 308 change nothing. To another origin no Authorization and no Cookie of the system
/// file is sent. How to get there (a proxy) is up to the caller.
RequestSpec redirected(RequestSpec sent, int status, const Origin& from, const Location& to);

}  // namespace soundcheck::http
