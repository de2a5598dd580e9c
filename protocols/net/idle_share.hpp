// Whether a loop has time to spare: how much of the last tenth of a second it slept. Pure; loop's thread.
#pragma once

#include "protocols/core/time.hpp"

namespace soundcheck::net {

class IdleShare {
 public:
  /// Nothing is known yet, so it counts as idle.
  bool mostly_idle() const { return mostly_idle_; }

  /// The loop waited for events from `begin` to `end`. Calls come in the order of time.
  void waited(core::TimePoint begin, core::TimePoint end) {
    if (window_begin_ == core::TimePoint{}) window_begin_ = begin;
    // Asking for events and getting some at once is no sleep.
    if (end - begin > longest_call) slept_ += end - begin;
    if (end - window_begin_ < window) return;
    const double share = core::to_seconds(slept_) / core::to_seconds(end - window_begin_);
    // Apart, so that a load between the two does not make it change its mind ten times a second.
    mostly_idle_ = share > (mostly_idle_ ? 0.4 : 0.6);
    slept_ = core::Duration::zero();
    window_begin_ = end;
  }

 private:
  static constexpr core::Duration window = std::chrono::milliseconds(100);
  static constexpr core::Duration longest_call = std::chrono::microseconds(5);
  core::TimePoint window_begin_{};
  core::Duration slept_{};
  bool mostly_idle_ = true;
};

}  // namespace soundcheck::net
