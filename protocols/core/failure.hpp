// What went wrong, as a value: the stage that failed, the system's error number where there is one, and a
// short text for a person. I/O code returns it and never throws. Pure, usable from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace soundcheck::core {

enum class Stage : unsigned char {
  resolve,       // the host name has no address
  connect,       // no TCP connection
  proxy,         // the proxy refused or broke the tunnel
  tls,           // TLS handshake or record
  certificate,   // the target's certificate could not be verified
  upgrade,       // the WebSocket upgrade was refused
  write,         // sending failed
  read,          // receiving failed, or the peer closed too early
  protocol,      // the peer broke its protocol
  too_large,     // headers, a body or a message beyond the limit
  redirect,      // a redirect loop, or one to a host that is not allowed
  check,         // an answer came and was not what the system file expects
  deadline,      // no answer in time
  rate_limited,  // 429: the target refused because of its own limits
  local,         // this machine has no port, descriptor or memory left: not the target's fault
};
inline constexpr std::size_t stage_count = 15;

constexpr std::string_view to_string(Stage stage) {
  constexpr std::array<std::string_view, stage_count> names{
      "resolve",  "connect",   "proxy",    "tls",   "certificate", "upgrade",      "write", "read",
      "protocol", "too_large", "redirect", "check", "deadline",    "rate_limited", "local"};
  return names[static_cast<std::size_t>(stage)];
}

struct Failure {
  Stage stage{};
  int system_error = 0;  ///< errno, or 0
  std::string text;      ///< one short line; never holds a secret
};

}  // namespace soundcheck::core
