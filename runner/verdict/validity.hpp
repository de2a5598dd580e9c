// Did the generator keep its own schedule? If not, the figures describe the generator and not the target, and
// the run is invalid. Each bound is a named constant with its reason. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "runner/metrics/snapshot.hpp"

namespace soundcheck::verdict {

/// p99 of how late a shard's loop served its timers: half a frame of 20 ms.
inline constexpr double max_loop_lag_p99 = 0.010;  // s
/// p99 of actual start - intended start of API tasks and calls: a quarter of the strictest latency target in
/// use (200 ms).
inline constexpr double max_lateness_p99 = 0.050;  // s
/// p99 of frame handed to the socket - frame due: half a frame, or the target hears jitter that we made.
inline constexpr double max_pacing_error_p99 = 0.010;  // s
/// Share of its core that the busiest shard may use; above it queues grow inside the generator.
inline constexpr double max_shard_cpu = 0.90;
/// Share of planned starts, or of planned audio frames, that may remain unsent.
inline constexpr double max_unsent_share = 0.01;

struct Validity {
  bool valid = true;
  struct Reason {
    std::string what;  ///< measured figure and bound
    std::string cure;
  };
  std::vector<Reason> reasons;   ///< empty when valid
  double loop_lag_p99 = 0;       ///< s
  double lateness_p99 = 0;       ///< s
  double pacing_error_p99 = 0;   ///< s
  double busiest_shard_cpu = 0;  ///< share of one core, 0..1
  double generator_cpu_cores = 0;
  std::uint64_t generator_rss_peak_bytes = 0;
};

/// What the generator saw of itself after the warm-up.
struct GeneratorFigures {
  metrics::Histogram loop_lag;  ///< all shards, microseconds
  /// All tasks of each subsystem merged, indexed by core::Subsystem.
  std::array<metrics::TaskRecord, core::subsystem_count> subsystems;
  double busiest_shard_cpu = 0;  ///< share of one core, 0..1
  double cpu_cores = 0;          ///< mean of the whole process
  std::uint64_t rss_peak_bytes = 0;
};

/// The lateness of WebSocket exchanges does not count: the next exchange of a connection waits for the answer
/// to the one before, so it is late when the target is slow.
Validity check_validity(const GeneratorFigures& figures);

}  // namespace soundcheck::verdict
