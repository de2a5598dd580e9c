// The leak verdict: does a resource of the target grow for as long as the load lasts? Leak, no leak, or
// cannot tell yet, with everything that led there. docs/leak_detection.md explains the method. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runner/trend/growth_fit.hpp"
#include "runner/trend/mann_kendall.hpp"
#include "runner/trend/point.hpp"
#include "runner/trend/sawtooth.hpp"

namespace soundcheck::trend {

enum class LeakVerdict { leak, no_leak, cannot_tell };
std::string_view name_of(LeakVerdict verdict);

/// Why a verdict is what it is; each has one sentence in the reports.
enum class LeakReason {
  grows,             ///< leak: growth is certain, and more than the least that matters
  bounded,           ///< no_leak: growth above what is tolerated is ruled out
  too_short,         ///< cannot_tell: too few points, or too short a time
  too_noisy,         ///< cannot_tell: both are possible, the interval is too wide
  little_so_far,     ///< cannot_tell: it grows, but by less than matters in the time that was looked at
  still_warming_up,  ///< cannot_tell: it rises, but ever more slowly
  too_few_cycles,    ///< cannot_tell: it falls back, but too rarely to know how far
  unseen,            ///< cannot_tell: for too long no sample was taken
};

/// What growth matters, in the unit of the series.
struct LeakCriteria {
  double least_per_hour = 0;      ///< growth is a leak only if it is certainly more than this
  double tolerated_per_hour = 0;  ///< "no leak" rules out all growth above this; at least least_per_hour
  double least_growth = 0;        ///< in the time that was looked at; short runs see many small things grow
  std::optional<double> limit = std::nullopt;  ///< level at which the target dies, for the projection
  double confidence = 0.99;                    ///< of the interval of the growth, two-sided
  /// Seconds, from 0: what the samples should have seen. Absent: from the first of them to the last.
  std::optional<double> load_seconds = std::nullopt;
};

struct LeakReport {
  LeakVerdict verdict = LeakVerdict::cannot_tell;
  LeakReason reason = LeakReason::too_short;
  double from = 0, to = 0;     ///< seconds: what was looked at
  double warm_up_ends_at = 0;  ///< seconds; `from` if there was none
  double growth_per_hour = 0;  ///< Theil-Sen, after the warm-up, without steps
  Interval growth_range;       ///< of growth_per_hour, with the criteria's confidence
  MannKendall trend;           ///< after the warm-up, without steps
  std::optional<WarmUp> warm_up;
  std::vector<Step> steps;
  std::optional<Sawtooth> sawtooth;  ///< if found, everything above is of its bases
  double persistence = 0;            ///< of the noise, from one analysed point to the next
  double noise = 0;                  ///< standard deviation of what is unexplained
  double level = 0;                  ///< at the end: the median of the last tenth of the points
  Series steady;                     ///< after the warm-up, without it and the steps: what the slope is of
  std::optional<double> hours_to_limit;  ///< from the end, at growth_per_hour; with a leak and a limit only
  double unseen_seconds = 0;             ///< the longest time without a sample, if that is the reason
  std::optional<double> needed_seconds;  ///< cannot_tell: how long a run would probably have to be
};

/// Needs points in ascending time with finite values, those of the time under load only. Bounded work: thins
/// to some hundred points first.
LeakReport judge_leak(std::span<const Point> series, const LeakCriteria& criteria);

}  // namespace soundcheck::trend
