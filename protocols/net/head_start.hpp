// How much earlier than a timer is due a sleeping loop asks to be woken, because waking up takes time. Learnt
// from how late it woke up before. Pure; loop's thread.
#pragma once

#include <algorithm>

#include "protocols/core/time.hpp"

namespace soundcheck::net {

/// Keeps to the length that was enough in nine of ten times: it grows by nine steps for one that was not, and
/// shrinks by one for one that was, so a rare long delay does not count for more than a short one.
class HeadStart {
 public:
  core::Duration length() const { return length_; }

  /// It had asked to be woken at some moment, and was awake `late` after it.
  void woke_up(core::Duration late) {
    length_ =
        std::clamp(late > length_ ? length_ + 9 * step : length_ - step, core::Duration::zero(), longest);
  }

  /// Of spinning in vain, at most, for one timer.
  static constexpr core::Duration longest = std::chrono::microseconds(100);

 private:
  static constexpr core::Duration step = std::chrono::nanoseconds(100);
  core::Duration length_{};
};

}  // namespace soundcheck::net
