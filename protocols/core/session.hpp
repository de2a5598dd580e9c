// The contract between an executor (how much, when) and what a user does. A session belongs to one shard,
// lives as long as its user, reports through its probe, takes time only from the timeline, and never throws
// for I/O.
#pragma once

#include <algorithm>

#include "protocols/core/probe.hpp"
#include "protocols/core/task.hpp"
#include "protocols/core/timeline.hpp"

namespace soundcheck::core {

class Session {
 public:
  virtual ~Session() = default;

  /// One task (api), one connection (websocket) or one call (ai_pipeline), planned for `intended`. Records
  /// its own lateness, times, counts and failure. After `until` the user is not wanted any more (its load
  /// ends or shrinks): as while the timeline drains, it ends what it holds and begins nothing new, but
  /// finishes what it has begun. While the timeline drains it finishes what it has begun and
  /// begins nothing new (no further exchange, turn or connection); when the timeline is killed it returns at
  /// once.
  virtual Task<void> run_one(TimePoint intended, TimePoint until) = 0;

  /// The pause before the next run_one in the closed model; may be random.
  virtual Duration think_time() = 0;

  /// Nothing is left that it could do, so that its user ends before its load does.
  virtual bool ended() const { return false; }

  /// Says goodbye to the target at the end, for example by closing a kept connection.
  virtual void close() = 0;
};

/// The least pause after a connection that could not be made: a target that is down must not be hammered, and
/// the generator must not spend its core on refusals.
inline constexpr Duration pause_after_refusal = std::chrono::milliseconds(200);

/// Counts one start and how late it was. "Late" is more than 10 ms behind its intended start, for whatever
/// reason. The lateness metric is the generator's own share: it begins when the user was free to start, which
/// a slow target may have put off (`free_since`: the end of what the user did before).
inline void record_start(Probe& probe, TaskId task, TimePoint intended, TimePoint actual,
                         TimePoint free_since = TimePoint::min()) {
  probe.count(task, Counter::started, 1);
  probe.record(task, Metric::lateness, actual - std::max(intended, free_since));
  if (actual - intended > std::chrono::milliseconds(10)) probe.count(task, Counter::late_starts, 1);
}

}  // namespace soundcheck::core
