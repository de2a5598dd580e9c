// Does the target get slower, or fail more, the longer the run lasts? For latency, error rate, throughput,
// real-time factor and lag: the trend and the jumps, with their uncertainty. Unlike with memory, a jump
// counts: a target that is twice as slow since minute 12 has degraded. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runner/trend/growth_fit.hpp"
#include "runner/trend/point.hpp"

namespace soundcheck::trend {

enum class Better { lower, higher };

enum class Degradation {
  worse,        ///< certainly, and by more than matters
  better,       ///< likewise
  steady,       ///< any change that matters is ruled out
  cannot_tell,  ///< the interval allows both
};
std::string_view name_of(Degradation degradation);

struct DegradationCriteria {
  Better better = Better::lower;
  double matters = 0;        ///< smallest change over the run that matters, in the unit of the series
  double confidence = 0.99;  ///< two-sided
};

struct DegradationReport {
  Degradation verdict = Degradation::cannot_tell;
  double from = 0, to = 0;    ///< seconds: what was looked at
  double level_at_start = 0;  ///< median of the first tenth of the points
  double level_at_end = 0;    ///< of the last tenth
  double change = 0;          ///< over the run, by trend and jumps, without the warm-up
  Interval change_range;
  double trend_per_hour = 0;  ///< between the jumps
  Interval trend_range;
  std::vector<Step> jumps;  ///< change points, ascending in time
  std::optional<WarmUp> warm_up;
  std::optional<double> needed_seconds;  ///< cannot_tell: how long a run would probably have to be
};

/// Points in ascending time, finite values; bounded work. Fewer than twenty points: cannot tell.
DegradationReport judge_degradation(std::span<const Point> series, const DegradationCriteria& criteria);

}  // namespace soundcheck::trend
