// The only source of time for a session: now(), and waiting. A shard's event loop implements it on the
// monotonic clock; tests implement it in virtual time. One thread.
//
// The run stops in two steps. drain(): interruptible pauses end at once, everything else goes on. kill():
// every wait ends at once, and so does every later one, so that all coroutines unwind.
#pragma once

#include <coroutine>

#include "protocols/core/timer.hpp"

namespace soundcheck::core {

class Timeline {
 public:
  virtual ~Timeline() = default;
  virtual TimePoint now() const = 0;
  /// Time of day (Unix time), for texts that are sent. Never for measuring: that clock may be set.
  virtual Duration since_1970() const { return now().time_since_epoch(); }

  TimerQueue& timers() { return timers_; }
  bool draining() const { return draining_; }
  bool killed() const { return killed_; }

  void drain();
  void kill();

  /// Awaiting it gives why the wait ended.
  class Sleep;
  /// For waits that belong to a task in progress (a frame's due time): goes on while draining.
  [[nodiscard]] Sleep sleep_until(TimePoint due);
  /// For waits between tasks (think time): ends when the run begins to drain.
  [[nodiscard]] Sleep pause_until(TimePoint due);

 private:
  TimerQueue timers_;
  bool draining_ = false;
  bool killed_ = false;
};

class Timeline::Sleep : private Timer {
 public:
  Sleep(Timeline& timeline, TimePoint until, bool may_interrupt);
  ~Sleep();
  bool await_ready();
  void await_suspend(std::coroutine_handle<> handle);
  Wake await_resume() const { return wake_; }

 private:
  static void wake(Timer& timer, Wake why);
  Timeline& timeline_;
  TimePoint until_;
  std::coroutine_handle<> handle_;
  Wake wake_ = Wake::elapsed;
};

}  // namespace soundcheck::core
