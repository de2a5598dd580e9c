// One GET on a connection of its own: the question "are you there?" before a run. Any thread that runs a
// timeline.
#pragma once

#include <string>
#include <variant>

#include "protocols/net/io.hpp"

namespace soundcheck::http {

/// The status of the answer, or why there was none by `deadline`.
core::Task<std::variant<int, core::Failure>> get_once(net::Network& network, core::Timeline& timeline,
                                                      const net::Endpoint& endpoint, std::string path,
                                                      core::TimePoint deadline);

}  // namespace soundcheck::http
