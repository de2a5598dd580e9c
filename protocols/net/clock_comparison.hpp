// By how much the time of day is ahead of the monotonic clock, from readings of the one between two readings
// of the other. Pure.
#pragma once

#include <algorithm>

#include "protocols/core/time.hpp"

namespace soundcheck::net {

class ClockComparison {
 public:
  /// The time of day was read between the two others. The closest reading counts: between the others somebody
  /// else may have run.
  void add(core::TimePoint before, core::Duration since_1970, core::TimePoint after) {
    ++readings_;
    if (readings_ > 1 && after - before >= width_) return;
    width_ = after - before;
    realtime_ahead_ = since_1970 - (before + width_ / 2).time_since_epoch();
  }
  /// Another reading is not needed, or not worth its time.
  bool enough() const { return readings_ == most_readings || (readings_ > 0 && width_ < close); }

  /// What the monotonic clock said at this time of day. At least one reading must have been added.
  core::TimePoint monotonic_at(core::Duration since_1970) const {
    return core::TimePoint{since_1970 - realtime_ahead_};
  }

 private:
  static constexpr int most_readings = 3;
  static constexpr core::Duration close = std::chrono::microseconds(2);
  int readings_ = 0;
  core::Duration width_{};
  core::Duration realtime_ahead_{};
};

/// The time of day can be set at any moment, so what it says of something that has happened can be wrong: but
/// that came neither before `not_before`, nor after `now`.
inline core::TimePoint possible(core::TimePoint noted, core::TimePoint not_before, core::TimePoint now) {
  return std::max(not_before, std::min(noted, now));
}

}  // namespace soundcheck::net
