// Small values that several parts of a profile and a system share. Pure data.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/pause.hpp"
#include "protocols/core/time.hpp"

namespace soundcheck::profile {

using core::Duration;
using core::Pause;

/// Starts per second.
struct Rate {
  double per_second = 0;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value at a JSON Pointer (RFC 6901) equals `expected` (compared as JSON), or merely exists.
/// `expected` may hold {{variables}} in a WebSocket exchange, never in the check of a request.
struct JsonCheck {
  std::string pointer;
  std::optional<std::string> expected;  ///< JSON text, for example "\"ok\"" or "3"
};

}  // namespace soundcheck::profile
