// A Timeline in virtual time: nothing waits, the clock jumps from timer to timer. Owned by a test, used on
// its thread.
#pragma once

#include <cstddef>

#include "protocols/core/timeline.hpp"

namespace soundcheck::support {

class VirtualTimeline final : public core::Timeline {
 public:
  core::TimePoint now() const override { return now_; }

  /// Fires everything that is due up to `until`, in order, and then stands there.
  void run_until(core::TimePoint until) {
    fire_until(until);
    if (until > now_) now_ = until;
  }
  void run_for(core::Duration length) { run_until(now_ + length); }

  /// Runs until no timer is left. False if one was left after a day: somebody waits in circles.
  bool run_all() {
    fire_until(now_ + std::chrono::hours(24));
    return timers().empty();
  }

 private:
  void fire_until(core::TimePoint until) {
    while (!timers().empty() && timers().earliest() <= until) {
      if (timers().earliest() > now_) now_ = timers().earliest();
      timers().fire_due(now_);
    }
  }

  /// Not zero, so that a forgotten "since the epoch" shows.
  core::TimePoint now_{std::chrono::seconds(1'000)};
};

}  // namespace soundcheck::support
