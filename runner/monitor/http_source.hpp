// An HTTP endpoint that a monitor asks again and again. Each question has a connection of its own, an answer
// of bounded size and a deadline, whatever the endpoint does. Belongs to the monitor's thread.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "protocols/http/request.hpp"
#include "protocols/net/target_url.hpp"
#include "runner/profile/monitor_system.hpp"

namespace soundcheck::monitor {

class HttpSource {
 public:
  /// The error says what is wrong with the URL or the `tls` keys. Asks nobody yet.
  static std::variant<HttpSource, std::vector<profile::MonitorProblem>> create(
      const profile::MonitorRequest& request, std::string accept);

  /// The body of an answer with status 200, or why there is none.
  std::variant<std::string, std::string> get(core::TimePoint deadline) const;
  /// Without its query, which may hold a secret.
  const std::string& shown() const { return shown_; }

 private:
  net::TargetUrl url_;
  std::string path_;
  std::string shown_;
  http::Headers headers_;
  std::shared_ptr<const net::TlsContext> tls_;
};

}  // namespace soundcheck::monitor
