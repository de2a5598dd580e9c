// The one way in which a session reports. A probe belongs to one shard and is called only on its thread; it
// never blocks and never allocates on the sample path (a series allocates once, on its first value).
#pragma once

#include <cstdint>
#include <string>

#include "protocols/core/failure.hpp"
#include "protocols/core/metric.hpp"
#include "protocols/core/time.hpp"

namespace soundcheck::core {

/// Index of a task in the plan's task list (over all subsystems).
using TaskId = std::uint16_t;

class Probe {
 public:
  virtual ~Probe() = default;

  /// Adds a value to the distribution. `micro` is in millionths of the metric's unit. A negative value is
  /// recorded as zero and counted in Counter::negative_values.
  virtual void record(TaskId task, Metric metric, std::int64_t micro) = 0;

  virtual void count(TaskId task, Counter counter, std::int64_t n) = 0;

  /// Counts one failed task under its stage; keeps a bounded number of distinct texts with their counts.
  virtual void fail(TaskId task, const Failure& failure) = 0;

  /// Counts one task that ended early without a failure, and why. Reasons come from the system file, so they
  /// are few.
  virtual void skip(TaskId task, const std::string& reason) = 0;

  /// The number of sessions of this task in progress right now (users, open sockets, calls) changed by n.
  virtual void in_progress(TaskId task, int n) = 0;

  void record(TaskId task, Metric metric, Duration value) { record(task, metric, value.count() / 1000); }
  void record_ratio(TaskId task, Metric metric, double value) {
    record(task, metric, static_cast<std::int64_t>(value * 1e6 + 0.5));
  }
};

}  // namespace soundcheck::core
