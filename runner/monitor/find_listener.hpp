// Which process listens on a TCP port of this machine: how the target is found when nobody names its pid.
// Reads /proc, control thread only.
#pragma once

#include <cstdint>
#include <variant>

#include "runner/monitor/process_sampler.hpp"

namespace soundcheck::monitor {

/// The pid, the lowest one if several share the socket (a server and its forked workers), or why there is
/// none.
std::variant<int, NoProcess> find_listener(std::uint16_t port, const ProcFiles& files = {});

}  // namespace soundcheck::monitor
