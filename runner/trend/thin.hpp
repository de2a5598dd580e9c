// Brings a long series down to a bounded number of points before the estimators that look at every pair of
// them. Pure.
#pragma once

#include <cstddef>
#include <span>

#include "runner/trend/point.hpp"

namespace soundcheck::trend {

/// At most `most` points: the median time and the median value of each of `most` equal spans of time, empty
/// spans left out. The median, not the mean, so that a spike of less than half a span leaves no trace; not
/// the minimum, which steps and warm-up would bias. Garbage collection, whose minima matter, is looked at
/// before thinning (sawtooth.hpp). A series that is short enough comes back as it is.
Series thin(std::span<const Point> series, std::size_t most);

}  // namespace soundcheck::trend
