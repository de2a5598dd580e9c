// The runs that isolate makes: a load as a whole, its parts alone, and what a part can be taken apart into.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/app/options.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::app {

/// One run to make.
struct Trial {
  std::string name;  ///< "all together", "api", "api: list_calls", "websocket, abrupt hang-ups"
  std::optional<core::Subsystem> part;  ///< absent: all
  Options options;
};

/// A part without the others.
Trial alone(const Options& all, core::Subsystem part);

/// Each task or encoding of a part alone, if it has several, and abrupt hang-ups where it hangs up. The part
/// must be declared by the system.
std::vector<Trial> taken_apart(const profile::System& system, const Trial& part);

}  // namespace soundcheck::app
