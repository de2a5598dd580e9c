// Did the generator keep its own schedule? If not, the figures describe the generator and not the target, and
// the run is invalid. Each bound is a named constant with its reason. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/metrics/snapshot.hpp"

namespace soundcheck::verdict {

/// p99 of how late a shard's loop served its timers: half a frame of 20 ms.
inline constexpr double max_loop_lag_p99 = 0.010;  // s
/// p99 of the generator's own share of actual start - intended start: a quarter of the strictest latency
/// target in use (200 ms). The wait for a user whom the target keeps busy is no part of it.
inline constexpr double max_lateness_p99 = 0.050;  // s
/// p99 of frame handed to the socket - frame due: half a frame, or the target hears jitter that we made.
inline constexpr double max_pacing_error_p99 = 0.010;  // s
/// Share of its core that the busiest shard may use; above it queues grow inside the generator.
inline constexpr double max_shard_cpu = 0.90;
/// The same over its busiest ten seconds: a core that is never idle for so long queues, even if the rest of
/// the run was quiet.
inline constexpr double max_shard_cpu_peak = 0.98;
inline constexpr double shard_cpu_peak_seconds = 10;
/// Share of the machine's CPU time that its hypervisor may give to others: then one timer in twenty falls
/// into a hole.
inline constexpr double max_stolen_share = 0.05;
/// Share of planned starts, or of planned audio frames, that may remain unsent.
inline constexpr double max_unsent_share = 0.01;
/// Share of ended tasks that may have failed because this machine had no port, descriptor or memory left: the
/// strictest error-rate objective in use is 0.1 %.
inline constexpr double max_local_failure_share = 0.001;
/// Share of received packets that this machine's kernel may drop for want of a buffer: each comes back 200 ms
/// later, so a p99.9 is still the target's.
inline constexpr double max_dropped_packet_share = 0.0001;
/// Descriptors that every shard must have left: with fewer, connections and our own files fail by chance.
inline constexpr std::uint64_t min_free_descriptors = 16;

struct Validity {
  bool valid = true;
  struct Reason {
    std::string what;  ///< measured figure and bound
    std::string cure;
  };
  std::vector<Reason> reasons;    ///< empty when valid
  double loop_lag_p99 = 0;        ///< s
  double lateness_p99 = 0;        ///< s
  double pacing_error_p99 = 0;    ///< s
  double busiest_shard_cpu = 0;   ///< share of one core, 0..1
  std::vector<double> shard_cpu;  ///< the same of each shard
  double shard_cpu_peak = 0;      ///< of the busiest shard in its busiest ten seconds
  double generator_cpu_cores = 0;
  std::uint64_t generator_rss_peak_bytes = 0;
  double stolen_share = 0;                ///< of the machine's CPU time
  double machine_busy_share = 0;          ///< of all cores, whoever used them
  double busiest_core_share = 0;          ///< of the busiest core
  std::uint64_t local_failures = 0;       ///< tasks that failed for want of ports, descriptors or memory here
  std::uint64_t dropped_packets = 0;      ///< by this machine's kernel, for want of a buffer
  std::uint64_t refused_connections = 0;  ///< by full accept queues of listeners on this machine
  std::optional<std::uint64_t> free_descriptors;  ///< fewest that a shard had left
};

/// What the generator saw of itself and of its machine after the warm-up.
struct GeneratorFigures {
  metrics::Histogram loop_lag;  ///< all shards, microseconds
  /// All tasks of each subsystem merged, indexed by core::Subsystem.
  std::array<metrics::TaskRecord, core::subsystem_count> subsystems;
  std::vector<double> shard_cpu;  ///< of each shard, share of one core, 0..1
  double shard_cpu_peak = 0;      ///< of the busiest shard in its busiest ten seconds
  double cpu_cores = 0;           ///< mean of the whole process
  std::uint64_t rss_peak_bytes = 0;
  double stolen_share = 0;
  double machine_busy_share = 0;
  double busiest_core_share = 0;
  std::uint64_t packets = 0;
  std::uint64_t dropped_packets = 0;
  std::uint64_t refused_connections = 0;
  std::optional<std::uint64_t> free_descriptors;
};

/// Lateness is the generator's own share of a late start (core::record_start): a slow target, for which users
/// wait, makes no run invalid.
Validity check_validity(const GeneratorFigures& figures);

}  // namespace soundcheck::verdict
