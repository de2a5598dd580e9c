// Compares what was measured with what the system file calls good. Pure: the same figures give the same
// verdict. "No data" is never a pass. Any thread.
#pragma once

#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "runner/metrics/monitor_record.hpp"
#include "runner/metrics/snapshot.hpp"
#include "runner/profile/profile.hpp"
#include "runner/verdict/measure.hpp"
#include "runner/verdict/monitor_figures.hpp"
#include "runner/verdict/objective_result.hpp"
#include "runner/verdict/objective_watch.hpp"

namespace soundcheck::verdict {

/// The measured run. The spans must outlive the call.
struct EvaluationInput {
  TaskNames tasks;
  std::span<const metrics::TaskRecord> totals;        ///< after warm-up, indexed by core::TaskId
  double measured_seconds = 0;                        ///< how long the totals cover
  std::array<bool, core::subsystem_count> skipped{};  ///< indexed by core::Subsystem
  Figure memory_growth;                               ///< of the target, bytes
  Figure target_memory;                               ///< largest after warm-up, bytes
  Figure target_cpu;                                  ///< mean after warm-up, cores
  int target_cores = 0;                               ///< of the target's machine; 0 = unknown
  std::span<const metrics::MonitorRecord> monitors;   ///< that the run had
  MeasuredTime measured_time;                         ///< of their samples, which count
  std::span<const OverTime> over_time;                ///< from ObjectiveWatch, one for each objective
  std::optional<Abort> abort;                         ///< the objective that ended the run
};

/// The level of one objective. Without data the level is no_data, and the remark says why and what to do.
/// `over_time`: what an ObjectiveWatch saw, for an objective that is judged over time.
ObjectiveResult evaluate(const profile::Objective& objective, const EvaluationInput& input,
                         const OverTime& over_time = {});

/// All objectives, in order; those of skipped subsystems are left out. The one that ended the run is past its
/// last bound, whatever the drain brought.
std::vector<ObjectiveResult> evaluate_all(std::span<const profile::Objective> objectives,
                                          const EvaluationInput& input);

/// How one subsystem did: the worst level of its objectives; critical if tasks ended and none succeeded,
/// no_data if none ended.
struct SubsystemOutcome {
  core::Subsystem subsystem{};
  bool skipped = false;
  Level level = Level::no_data;
  std::string
      reason;  ///< why it is no success: what broke, and where to look; empty on success and when skipped
  bool success() const { return !skipped && (level == Level::target || level == Level::warning); }
};
SubsystemOutcome judge(core::Subsystem subsystem, std::span<const ObjectiveResult> objectives,
                       const EvaluationInput& input);

/// The verdict over the run. `valid`: the generator kept its own schedule; if not, nothing else counts.
/// Without a single objective and subsystem there is no data.
Verdict overall(std::span<const ObjectiveResult> objectives, std::span<const SubsystemOutcome> subsystems,
                bool valid);

/// Which of the three real-time factors the values are, with what it means: "busy: ...", "unpaced: ...",
/// "live: ..." or the mixture. Empty if there is none.
std::string rtf_source(const metrics::TaskRecord& record);

}  // namespace soundcheck::verdict
