// The slope that half of all pairs of points lie above: Theil (1950) and Sen (1968). Up to 29 % of the points
// may be arbitrarily wrong without moving it far. Pure.
#pragma once

#include <limits>
#include <span>

#include "runner/trend/point.hpp"

namespace soundcheck::trend {

struct TheilSen {
  double slope = 0;      ///< per second
  double intercept = 0;  ///< median of value - slope x time
  Interval interval{-std::numeric_limits<double>::infinity(),
                    std::numeric_limits<double>::infinity()};  ///< of the slope
};

/// Without two points at different times the interval is everything. Quadratic in their number: thin first.
/// The interval is Sen's, from the order of the pairs' slopes, with `confidence` (0..1, two-sided);
/// `inflation` (MannKendall::inflation) is what autocorrelation multiplies the variance with.
TheilSen theil_sen(std::span<const Point> series, double confidence, double inflation = 1);

}  // namespace soundcheck::trend
