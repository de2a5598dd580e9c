// The cookies of one user (RFC 6265), without a list of public suffixes: a user talks only to the target and
// to hosts that the system file names. Pure; belongs to one user.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/time.hpp"

namespace soundcheck::http {

/// Where a request goes, as cookies see it.
struct CookieScope {
  std::string_view host;  ///< lower case, without brackets and port
  std::string_view path;  ///< may have a query
  bool secure = false;    ///< over TLS
};

class CookieJar {
 public:
  /// Takes one Set-Cookie header. `date` is the answer's Date header, from which Expires counts: the clock of
  /// the run knows no calendar. What is malformed, too long or not the host's to set is ignored, as browsers
  /// do.
  void store(std::string_view set_cookie, const CookieScope& from, std::string_view date,
             core::TimePoint now);
  /// The value of the Cookie header ("a=1; b=2"); empty if there is none to send.
  void write(std::string& out, const CookieScope& to, core::TimePoint now) const;
  /// Of the cookie that was set last under this name, wherever it would be sent.
  std::optional<std::string_view> find(std::string_view name) const;
  void clear() { cookies_.clear(); }
  bool empty() const { return cookies_.empty(); }
  std::size_t size() const { return cookies_.size(); }
  /// Grows with each change: two requests with the same number got the same cookies.
  std::uint64_t version() const { return version_; }

  static constexpr std::size_t most_cookies = 100;
  static constexpr std::size_t longest_cookie = 4096;  ///< name and value

 private:
  struct Cookie {
    std::string name, value, domain, path;
    bool host_only = true;
    bool secure = false;
    std::optional<core::TimePoint> expires;
  };
  std::vector<Cookie> cookies_;  ///< oldest first
  std::uint64_t version_ = 0;
};

/// Seconds since 1970 of an HTTP or cookie date, read as leniently as RFC 6265, 5.1.1 asks.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace soundcheck::http
