// One GET on a connection of its own: the question "are you there?" before a run, and what monitors ask
// beside it. Any thread that runs a timeline.
#pragma once

#include <string>
#include <variant>

#include "protocols/http/request.hpp"
#include "protocols/net/io.hpp"

namespace soundcheck::http {

/// The status of the answer, or why there was none by `deadline`.
core::Task<std::variant<int, core::Failure>> get_once(net::Network& network, core::Timeline& timeline,
                                                      const net::Endpoint& endpoint, std::string path,
                                                      core::TimePoint deadline);

struct Answer {
  int status = 0;
  std::string body;
};

/// The same over HTTP/1.1 with headers, and with the body of the answer: a failure at stage too_large if it
/// is longer than Response::longest_kept_body.
core::Task<std::variant<Answer, core::Failure>> fetch_once(net::Network& network, core::Timeline& timeline,
                                                           const net::Endpoint& endpoint, std::string path,
                                                           Headers headers, core::TimePoint deadline);

}  // namespace soundcheck::http
