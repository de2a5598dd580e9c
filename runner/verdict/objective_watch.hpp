// Follows over the run what its totals at the end cannot tell: the worst window of an objective with `over`,
// the first and the last third of one with `stability`, and whether one with `abort_on_fail` must end the
// run. Memory is bounded by the objectives, never by the length of the run. Control thread, once a second.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runner/metrics/snapshot.hpp"
#include "runner/verdict/measure.hpp"
#include "runner/verdict/objective_result.hpp"
#include "runner/verdict/window.hpp"

namespace soundcheck::verdict {

/// In seconds from the start of the run.
struct RunTimes {
  double warm_up = 0;
  double duration = 0;  ///< as planned
};

/// What became of an objective that is judged over time.
struct OverTime {
  Figure figure;
  std::uint64_t samples = 0;
  std::string remark;  ///< which window, or which thirds
};

/// Why a run was ended before its time.
struct Abort {
  std::string objective;
  double at = 0;     ///< seconds from the start of the run
  double value = 0;  ///< in the unit of the objective
};

class ObjectiveWatch {
 public:
  /// The objectives outlive it.
  ObjectiveWatch(std::span<const profile::Objective> objectives, TaskNames tasks, RunTimes times);
  ~ObjectiveWatch();

  /// What was recorded since the previous call. `at`: the end of this second. `load_seconds`: how long new
  /// work was started so far. What comes later ends in the drain: it counts with the last second of the load.
  void add_second(double at, const metrics::Snapshot& second, double load_seconds);

  /// The first objective that had to end the run.
  const std::optional<Abort>& abort() const { return abort_; }
  /// One for each objective, in order; empty figures for those that are not judged over time.
  std::vector<OverTime> results() const;

 private:
  class Watched;

  RunTimes times_;
  std::size_t objective_count_;
  std::vector<std::unique_ptr<Watched>> watched_;
  double last_at_ = 0;
  double load_seconds_ = 0;
  std::optional<Abort> abort_;
};

/// The thirds of a stability last at least this long.
inline constexpr double min_third_seconds = 3;

}  // namespace soundcheck::verdict
