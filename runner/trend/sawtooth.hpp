// Memory of a collected heap rises until the collector runs and falls back: a sawtooth. What leaks is seen in
// what the teeth stand on. Pure.
#pragma once

#include <optional>
#include <span>

#include "runner/trend/point.hpp"

namespace soundcheck::trend {

struct Sawtooth {
  Series bases;        ///< what each tooth stands on: a point for each, ascending in time
  double period = 0;   ///< seconds from fall to fall, median
  double longest = 0;  ///< seconds, longest time without a fall, up to the end of the series
  double height = 0;   ///< of a fall, median, in the unit of the series
};

/// Looks for falls that come again and again and are either much faster than the rises between them (garbage
/// collection) or regular (a cache that breathes). Nothing if there are fewer than three, or if what goes up
/// and down is no more than noise.
std::optional<Sawtooth> find_sawtooth(std::span<const Point> series);

}  // namespace soundcheck::trend
