// Is there a monotone trend at all? Mann's (1945) and Kendall's (1975) test, which asks only for the order of
// the values, with Hamed and Rao's (1998) correction for autocorrelation. Pure.
#pragma once

#include <span>

#include "runner/trend/point.hpp"

namespace soundcheck::trend {

struct MannKendall {
  double s = 0;         ///< pairs that rise minus pairs that fall
  double variance = 0;  ///< of s if there is no trend and no autocorrelation, ties counted
  /// What autocorrelation multiplies the variance with; at least 1. The series is worth n / inflation values.
  double inflation = 1;
  double z = 0;            ///< s in standard deviations, corrected for autocorrelation and continuity
  double chance_up = 1;    ///< that a series without trend rises so clearly: one-sided p-value
  double chance_down = 1;  ///< that it falls so clearly
};

/// Needs two points or more; quadratic in their number. `slope` (per second) is taken off before the
/// autocorrelation is estimated, for a trend looks like one. `persistence` (0..1) is that of an AR(1) process
/// which the caller knows: the larger of its inflation and of the one estimated from the ranks counts.
MannKendall mann_kendall(std::span<const Point> series, double slope, double persistence = 0);

}  // namespace soundcheck::trend
