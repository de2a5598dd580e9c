// What control sees of the shards: start, drain, kill, collect. The threads of a run implement it, and so do
// virtual-time tests. Control thread only.
#pragma once

#include <cstddef>
#include <vector>

#include "protocols/core/time.hpp"
#include "runner/metrics/snapshot.hpp"

namespace soundcheck::engine {

class Fleet {
 public:
  virtual ~Fleet() = default;
  /// The schedule begins at t0, which may lie a little ahead.
  virtual void start(core::TimePoint t0) = 0;
  /// Starts nothing new; what is in progress may finish for the plan's drain time.
  virtual void drain() = 0;
  /// Ends everything at once.
  virtual void kill() = 0;
  /// What was recorded since the last collect, all shards merged.
  virtual metrics::Snapshot collect() = 0;
  /// No user is left.
  virtual bool finished() const = 0;

  struct Health {
    /// CPU time of each shard so far; of one that spins, the time that it had work.
    std::vector<double> shard_cpu_seconds;
    std::size_t cut_off = 0;  ///< users that the end of the drain time cut off
  };
  virtual Health health() const = 0;
};

}  // namespace soundcheck::engine
