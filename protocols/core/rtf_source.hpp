// Where a real-time factor comes from (docs/metrics.md). Paced audio takes its own length by construction, so
// wall time over audio time says nothing; each of these says something, and a report always says which it is.
// Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace soundcheck::core {

enum class RtfSource : unsigned char {
  automatic,  // busy if the target reports it, else unpaced if the dialect allows bursts, else live
  busy,       // compute time that the target reports / audio
  unpaced,    // time to process an utterance that was sent as fast as possible / audio
  live,       // 1 + growth of the lag / audio
};

inline constexpr std::array<std::string_view, 4> rtf_source_names{"auto", "busy", "unpaced", "live"};

constexpr std::optional<RtfSource> rtf_source_from_string(std::string_view name) {
  for (std::size_t i = 0; i < rtf_source_names.size(); ++i) {
    if (rtf_source_names[i] == name) return static_cast<RtfSource>(i);
  }
  return std::nullopt;
}

}  // namespace soundcheck::core
