// Lets one coroutine of a shard wait for another, with a time limit. One waiter at a time; a notification
// that comes while nobody waits is kept for the next wait. Shard's thread.
#pragma once

#include <coroutine>

#include "protocols/core/timeline.hpp"

namespace soundcheck::core {

class Signal {
 public:
  class Wait;

  void notify();
  void clear() { notified_ = false; }

  /// Awaiting it gives true if notified, false if the time passed or the run was killed. With
  /// `interruptible`, draining ends the wait too.
  [[nodiscard]] Wait wait_until(Timeline& timeline, TimePoint due, bool interruptible = false);

 private:
  Wait* waiting_ = nullptr;
  bool notified_ = false;
};

class Signal::Wait : private Timer {
 public:
  Wait(Signal& signal, Timeline& timeline, TimePoint due, bool may_interrupt);
  ~Wait();
  bool await_ready();
  void await_suspend(std::coroutine_handle<> handle);
  bool await_resume() const { return notified_; }

 private:
  friend class Signal;
  static void time_out(Timer& timer, Wake why);
  Signal& signal_;
  Timeline& timeline_;
  TimePoint until_;
  std::coroutine_handle<> handle_;
  bool notified_ = false;
};

}  // namespace soundcheck::core
