// Time as Soundcheck counts it: nanoseconds of a monotonic clock.
//
// Clock has no now(): only a Timeline (protocols/core/timeline.hpp) can tell the time, so a whole run can
// be driven in virtual time. Owned by nobody, pure, usable from any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace soundcheck::core {

using Duration = std::chrono::nanoseconds;

struct Clock {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<Clock, Duration>;
  static constexpr bool is_steady = true;
};

using TimePoint = Clock::time_point;

/// Seconds as a floating-point number, for reports and arithmetic that needs fractions.
constexpr double to_seconds(Duration d) { return std::chrono::duration<double>(d).count(); }
constexpr double to_milliseconds(Duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

/// Rounds to the nearest nanosecond.
constexpr Duration from_seconds(double s) {
  return Duration{static_cast<Duration::rep>(s * 1e9 + (s < 0 ? -0.5 : 0.5))};
}

}  // namespace soundcheck::core
