// All subsystems together: in one second of the run, and from the end of the warm-up to then. What a row of
// Locust's stats_history.csv holds. Plain data, filled by the Aggregator, control thread only.
#pragma once

#include <cstdint>

#include "runner/metrics/time_table.hpp"

namespace soundcheck::metrics {

struct HistoryRow {
  double at = 0;       ///< seconds from the start of the run to the end of this row
  double seconds = 1;  ///< how long the row covers
  std::int64_t in_progress = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  TimeTable times;  ///< of the main metric of each subsystem, in this row

  std::uint64_t total_succeeded = 0;
  std::uint64_t total_failed = 0;
  std::int64_t total_bytes = 0;  ///< received
  double total_median = 0, total_mean = 0, total_min = 0, total_max = 0;
};

}  // namespace soundcheck::metrics
