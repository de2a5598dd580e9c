// Which part of a load makes the target grow: the leak verdicts of runs in which each part ran alone, as a
// table and one conclusion. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/report/result.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

/// One of the runs.
struct IsolatedPart {
  std::string name;  ///< "all together", "api", "api: list_calls", "websocket, abrupt hang-ups"
  std::string unit;  ///< what it did: "request", "connection", "call"; empty if it is several
  double units = 0;  ///< how many, over the load
  double hours = 0;  ///< how long the load was
  std::optional<report::LeakResult> memory;  ///< of the target's RSS
  std::string problem;                       ///< why there is no verdict, if there is none
  std::vector<report::LeakResult> others;    ///< what else leaks: descriptors, threads, series of monitors

  bool grows() const { return memory && memory->report.verdict == trend::LeakVerdict::leak; }
  bool unsure() const { return !memory || memory->report.verdict == trend::LeakVerdict::cannot_tell; }
  /// Growth for each unit, in bytes; nothing without units.
  std::optional<double> by_unit(double growth_per_hour) const;
};

/// What a run says of its part. `part` is the only one that ran; absent: all of them.
IsolatedPart isolated_part(std::string name, std::optional<core::Subsystem> part,
                           const report::RunResult& result);

/// The table, what else grows, and the conclusion as its last line.
std::string isolation_report(const std::vector<IsolatedPart>& parts);

/// pass: nothing grows; objective_failed: something does; invalid: it cannot be told for at least one part.
verdict::ExitCode isolation_exit_code(const std::vector<IsolatedPart>& parts);

}  // namespace soundcheck::app
