// Whether samples saw enough of a stretch of time to stand for all of it. Pure.
#pragma once

#include <span>

#include "runner/trend/point.hpp"

namespace soundcheck::trend {

/// The longest time between `from` and `to`, in seconds, in which no sample was taken, if it is too long for
/// the others to stand for it: more than a quarter of the whole, and more than two and a half of their usual
/// distances. Otherwise 0. Needs points in ascending time, all of them between `from` and `to`.
double unseen_seconds(std::span<const Point> series, double from, double to);

}  // namespace soundcheck::trend
