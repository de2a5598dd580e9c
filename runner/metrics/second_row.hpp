// What happened to one subsystem in one second of the run: a point of the charts and of the JSON series.
// Plain data, filled by the Aggregator, control thread only.
#pragma once

#include <cstdint>
#include <optional>

namespace soundcheck::metrics {

struct SecondRow {
  double at = 0;       ///< seconds from the start of the run to the end of this row
  double seconds = 1;  ///< how long the row covers; more than one only in runs of more than 8 hours
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::int64_t in_progress = 0;  ///< at the end
  /// Of the subsystem's main metric (response_time; voice_to_voice for ai_pipeline), in seconds. In a row
  /// that covers several seconds: of the worst of them.
  std::optional<double> p50, p95, p99;
  std::optional<double> rtf;  ///< ai_pipeline: p95, likewise
  bool warm_up = false;
};

}  // namespace soundcheck::metrics
