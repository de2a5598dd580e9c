// The time of day as the APIs store it (milliseconds since 1970, UTC) and as JSON shows it (ISO 8601). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/reference_agent/clock.hpp"

namespace soundcheck::reference_agent {

inline std::int64_t wall_ms(const Moment& now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now.wall.time_since_epoch()).count();
}

/// "2026-11-21T08:00:00.250Z"
std::string iso_time(std::int64_t ms);

/// Takes "2026-11-21T08:00:00Z", with a fraction of seconds and an offset (+01:00) if there is one.
std::optional<std::int64_t> parse_iso_time(std::string_view text);

}  // namespace soundcheck::reference_agent
