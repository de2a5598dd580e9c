// How a loop sleeps until something comes or a timer is due: so that it is awake in time, although waking up
// takes time. Pure; loop's thread.
#pragma once

#include <optional>

#include "protocols/core/time.hpp"
#include "protocols/net/head_start.hpp"
#include "protocols/net/idle_share.hpp"

namespace soundcheck::net {

class Sleeper {
 public:
  /// There is time for what makes times exact.
  bool mostly_idle() const { return idle_share_.mostly_idle(); }

  /// How long to ask the kernel for sleep, if nothing is to be done before `due`; zero: just look whether
  /// something has come. TimePoint::max(): nothing is ever due, and Duration::max() is the answer.
  core::Duration begin(core::TimePoint now, core::TimePoint due) {
    alarm_.reset();
    if (!idle_since_) idle_since_ = now;
    if (due <= now) return core::Duration::zero();
    if (due == core::TimePoint::max()) return core::Duration::max();
    // Looking again and again until a timer is due is for those who have time to spare.
    const core::TimePoint alarm = mostly_idle() ? due - head_start_.length() : due;
    if (alarm <= now) return core::Duration::zero();
    const core::Duration left = alarm - now;
    // The kernel wakes whom it may up to 0.5 % of his sleep late (select_estimate_accuracy in fs/select.c),
    // so a long sleep is followed by a short one.
    if (left > longest_exact_sleep) return left - left / 100;
    alarm_ = alarm;
    return left;
  }

  /// It is awake again, or has looked. `came`: something had come. `due`: it, or a timer, is to be served.
  void end(core::TimePoint now, bool came, bool due) {
    if (alarm_ && !came) head_start_.woke_up(now - *alarm_);
    if (!due && !came) return;
    idle_share_.waited(*idle_since_, now);
    idle_since_.reset();
  }

 private:
  static constexpr core::Duration longest_exact_sleep = std::chrono::milliseconds(10);
  HeadStart head_start_;
  IdleShare idle_share_;
  std::optional<core::TimePoint> alarm_;       ///< of the sleep that was begun, if it ought to be exact
  std::optional<core::TimePoint> idle_since_;  ///< however often it has looked since
};

}  // namespace soundcheck::net
