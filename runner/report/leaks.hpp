// From the samples of a watched process or of a monitor to leak verdicts, one for each resource, and their
// sentences. Pure.
#pragma once

#include <string>
#include <vector>

#include "runner/report/result.hpp"

namespace soundcheck::report {

/// What was done from the start of the run until each time.
struct WorkDone {
  std::string unit;  ///< "request", "call"
  trend::Series done;
};
std::vector<WorkDone> work_done(const std::vector<SubsystemResult>& subsystems);

/// Beside the samples.
struct LeakFacts {
  verdict::LeakRules rules{};    ///< what counts as a leak
  std::vector<WorkDone> work{};  ///< what growth is divided by
};

/// Fills `process.leaks`: memory (RSS, and PSS where it was seen), descriptors and threads. `load_seconds` is
/// how long the load lasted; samples after it show what came back. `monitor`: "target" or "generator".
void judge_leaks(ProcessResult& process, double load_seconds, const std::string& monitor = "target",
                 const LeakFacts& facts = {});
/// Fills `monitor.leaks`, for those of its series whose growth may be a leak or is in an objective.
void judge_leaks(MonitorResult& monitor, double load_seconds, const LeakFacts& facts = {});

/// "memory (RSS) grows by 60.0 MB an hour (59.0 MB to 61.0 MB, 99 % sure)".
std::string growth_words(const LeakResult& leak);
/// One sentence for people: the verdict with its figures, what it means for the run, and what to do.
std::string leak_sentence(const LeakResult& leak);

/// Objectives on growth an hour get the sentence of their series into their remark.
void explain_growth(RunResult& result);

}  // namespace soundcheck::report
