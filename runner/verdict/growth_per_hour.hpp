// Growth an hour: what counts as a leak, and whether a bound on it holds for certain. The value of an
// objective on it is known within an interval only, so a bound holds, does not, or cannot be told. Pure; any
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runner/metrics/monitor_record.hpp"
#include "runner/profile/objective.hpp"
#include "runner/trend/leak.hpp"
#include "runner/verdict/objective_result.hpp"

namespace soundcheck::verdict {

/// Shorter loads have no growth an hour: their warm-up is all there is.
inline constexpr double min_leak_seconds = 120;

/// NAME.SERIES whose growth an hour an objective is about; nothing if it is about something else.
std::optional<std::string_view> grown_series(std::string_view metric, std::string_view aggregation);

/// What counts as a leak of one series.
struct LeakRule {
  trend::LeakCriteria criteria;  ///< with the limit that an objective sets, if one does
  bool from_objective = false;   ///< an objective's first bound is what is tolerated; else the usual one
  std::string limit;             ///< the name of the objective that sets the limit
};

/// What counts as a leak of which series. The objectives must outlive it.
class LeakRules {
 public:
  LeakRules() = default;
  explicit LeakRules(std::span<const profile::Objective> objectives) : objectives_(objectives) {}

  /// Memory leaks from 1 MB an hour on, and "no leak" rules out 10; what is counted leaks from 10 an hour on,
  /// and "no leak" rules out 60, or the first bound of an objective on its growth an hour. Memory must grow
  /// by 2 MB within the run, what is counted by 5. An objective's last bound on the maximum of the series is
  /// its limit.
  LeakRule of(std::string_view monitor, std::string_view series, std::string_view unit) const;

 private:
  std::span<const profile::Objective> objectives_;
};

/// The points up to a time in seconds.
trend::Series points_until(const metrics::Series& series, double end);

/// How an objective on growth an hour came out.
struct GrowthPerHour {
  Figure figure;                         ///< per hour
  std::optional<trend::Interval> range;  ///< of it, 99 % sure
  std::size_t samples = 0;               ///< that it was told from
  bool certain = false;                  ///< `level` is; else the range allows several
  std::optional<std::size_t> level;      ///< whose bound certainly holds; absent: certainly none does
  std::string remark;                    ///< not certain: of which bound, and how long a run would have to be
};

/// `loaded`: the samples of the load, from its start. `load_seconds`: how long it lasted.
GrowthPerHour judge_growth(const profile::Objective& objective, std::string_view unit,
                           const trend::Series& loaded, double load_seconds);

}  // namespace soundcheck::verdict
