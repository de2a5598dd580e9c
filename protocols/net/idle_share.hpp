// Whether a loop has time to spare: how much of the last tenth of a second it had nothing to do. Pure; loop's
// thread.
#pragma once

#include "protocols/core/time.hpp"

namespace soundcheck::net {

class IdleShare {
 public:
  /// Nothing is known yet, so it counts as idle.
  bool mostly_idle() const { return mostly_idle_; }

  /// There was nothing to do from `begin` to `end`. Calls come in the order of time.
  void waited(core::TimePoint begin, core::TimePoint end) {
    if (window_begin_ == core::TimePoint{}) window_begin_ = begin;
    // Asking for events and getting some at once is work.
    if (end - begin >= shortest_wait) waited_ += end - begin;
    if (end - window_begin_ < window) return;
    const double share = core::to_seconds(waited_) / core::to_seconds(end - window_begin_);
    // Apart, so that a load between the two does not make it change its mind ten times a second.
    mostly_idle_ = share > (mostly_idle_ ? 0.4 : 0.6);
    waited_ = core::Duration::zero();
    window_begin_ = end;
  }

 private:
  static constexpr core::Duration window = std::chrono::milliseconds(100);
  static constexpr core::Duration shortest_wait = std::chrono::microseconds(5);
  core::TimePoint window_begin_{};
  core::Duration waited_{};
  bool mostly_idle_ = true;
};

}  // namespace soundcheck::net
