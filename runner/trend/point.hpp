// A series over the run: when, and how much. What every estimator of this folder takes: points in ascending
// time, finite values, any unit. Plain data.
#pragma once

#include <vector>

namespace soundcheck::trend {

inline constexpr double seconds_per_hour = 3600;

struct Point {
  double at = 0;  ///< seconds from the start of the run
  double value = 0;
  bool operator==(const Point&) const = default;
};

using Series = std::vector<Point>;

/// A range that holds the true value with the confidence that its maker states.
struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

}  // namespace soundcheck::trend
