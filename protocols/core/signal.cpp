#include "protocols/core/signal.hpp"

#include <utility>

namespace soundcheck::core {

void Signal::notify() {
  if (waiting_ == nullptr) {
    notified_ = true;
    return;
  }
  Wait& wait = *std::exchange(waiting_, nullptr);
  wait.notified_ = true;
  wait.timeline_.timers().remove(wait);
  wait.handle_.resume();
}

Signal::Wait Signal::wait_until(Timeline& timeline, TimePoint due, bool interruptible) {
  return {*this, timeline, due, interruptible};
}

Signal::Wait::Wait(Signal& signal, Timeline& timeline, TimePoint due, bool may_interrupt)
    : Timer(&Wait::time_out), signal_(signal), timeline_(timeline), until_(due) {
  interruptible = may_interrupt;
}

Signal::Wait::~Wait() {
  timeline_.timers().remove(*this);
  if (signal_.waiting_ == this) signal_.waiting_ = nullptr;
}

bool Signal::Wait::await_ready() {
  if (std::exchange(signal_.notified_, false)) {
    notified_ = true;
    return true;
  }
  return timeline_.killed() || (interruptible && timeline_.draining()) || until_ <= timeline_.now();
}

void Signal::Wait::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  signal_.waiting_ = this;
  timeline_.timers().add(*this, until_);
}

void Signal::Wait::time_out(Timer& timer, Wake) {
  auto& self = static_cast<Wait&>(timer);
  self.signal_.waiting_ = nullptr;
  self.handle_.resume();
}

}  // namespace soundcheck::core
