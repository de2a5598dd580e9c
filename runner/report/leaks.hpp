// From the samples of a watched process to leak verdicts, one for each resource, and their sentences. Pure.
#pragma once

#include <string>

#include "runner/report/result.hpp"

namespace soundcheck::report {

/// Shorter loads have no leak verdicts: their warm-up is all there is.
inline constexpr double min_leak_seconds = 120;

/// Fills `process.leaks`: memory (RSS, and PSS where it was seen), descriptors and threads. `load_seconds` is
/// how long the load lasted; samples after it show what came back. Memory leaks from 1 MB an hour on, and "no
/// leak" rules out 10; descriptors and threads from 10 an hour on, and "no leak" rules out 60. And there must
/// be 2 MB, or 5 of them, in this run.
void judge_leaks(ProcessResult& process, double load_seconds);

/// One sentence for people: the verdict with its figures, and what to do if it cannot be told.
std::string leak_sentence(const LeakResult& leak);

}  // namespace soundcheck::report
