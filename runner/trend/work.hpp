// Growth by what was done: per request, per call, per connection. And whether it follows the work or the
// clock: what leaks per request stands still when the load does, what leaks per second does not. Pure.
#pragma once

#include <span>
#include <string_view>

#include "runner/trend/point.hpp"

namespace soundcheck::trend {

enum class GrowthFollows {
  work,
  time,
  either,  ///< the work was done at an even rate, or the growth is too small to tell
};
std::string_view name_of(GrowthFollows follows);

struct WorkReport {
  double per_unit = 0;  ///< growth for each unit of work, in the unit of the series: Theil-Sen
  Interval range;       ///< of per_unit
  GrowthFollows follows = GrowthFollows::either;
};

/// `steady`: LeakReport::steady. `done`: the units of work done from the start of the run until each time,
/// never falling; at least two points, the line between them counts. `confidence` is two-sided.
WorkReport growth_by_work(std::span<const Point> steady, std::span<const Point> done, double confidence);

}  // namespace soundcheck::trend
