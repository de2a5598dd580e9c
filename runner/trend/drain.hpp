// What happens to a resource when the load has ended: does it come back? Memory that does was held by users,
// calls and caches; memory that does not may be leaked, or kept by the allocator. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "runner/trend/point.hpp"

namespace soundcheck::trend {

enum class DrainVerdict {
  came_back,  ///< four fifths or more of the growth
  partly,     ///< a fifth or more
  kept,       ///< less
  no_growth,  ///< there was nothing to give back
  no_data,    ///< too few points before the end or after it
};
std::string_view name_of(DrainVerdict verdict);

struct DrainReport {
  DrainVerdict verdict = DrainVerdict::no_data;
  double before = 0;  ///< level before the load, or in its first tenth if there are no points before
  double at_end = 0;  ///< in the last tenth of the load
  double after = 0;   ///< in the last third of the time after the load
  double noise = 0;   ///< deviation of the level, as the last tenth of the load shows it
  std::optional<double> returned;  ///< (at_end - after) / (at_end - before); only with growth
};

/// `series` in ascending time, with what came before and after the load. Levels are medians of three points
/// or more. Growth of less than three times the noise is none.
DrainReport judge_drain(std::span<const Point> series, double load_starts_at, double load_ends_at);

}  // namespace soundcheck::trend
