#include "protocols/core/timeline.hpp"

namespace soundcheck::core {

void Timeline::drain() {
  if (draining_) return;
  draining_ = true;
  timers_.expedite(Wake::draining, true);
}

void Timeline::kill() {
  if (killed_) return;
  draining_ = true;
  killed_ = true;
  timers_.expedite(Wake::cancelled, false);
}

Timeline::Sleep Timeline::sleep_until(TimePoint due) { return {*this, due, false}; }
Timeline::Sleep Timeline::pause_until(TimePoint due) { return {*this, due, true}; }

Timeline::Sleep::Sleep(Timeline& timeline, TimePoint until, bool may_interrupt)
    : Timer(&Sleep::wake), timeline_(timeline), until_(until) {
  interruptible = may_interrupt;
}

Timeline::Sleep::~Sleep() { timeline_.timers().remove(*this); }

bool Timeline::Sleep::await_ready() {
  if (timeline_.killed()) {
    wake_ = Wake::cancelled;
    return true;
  }
  if (interruptible && timeline_.draining()) {
    wake_ = Wake::draining;
    return true;
  }
  return until_ <= timeline_.now();
}

void Timeline::Sleep::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  timeline_.timers().add(*this, until_);
}

void Timeline::Sleep::wake(Timer& timer, Wake why) {
  auto& self = static_cast<Sleep&>(timer);
  self.wake_ = why;
  self.handle_.resume();
}

}  // namespace soundcheck::core
