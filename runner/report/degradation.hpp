// Whether a subsystem got slower, failed more or did less the longer the run lasted, and the sentence for it.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "runner/metrics/figure_rows.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::report {

/// Shorter loads are not judged: their warm-up is all there is.
inline constexpr double min_degradation_seconds = 120;

/// Fills `subsystem.degradation` from `rows`, up to the end of the load: p95 of the main metric, error rate,
/// rate, and p95 of the real-time factor where there is one. A change of a tenth matters (and of 1 % in the
/// error rate). Needs subsystem.seconds for how much was in progress.
void judge_degradation(SubsystemResult& subsystem, const metrics::FigureRows& rows, double load_seconds);

/// What got worse, as one sentence with the jumps; empty if nothing certainly did.
std::string degradation_sentence(const SubsystemResult& subsystem);

}  // namespace soundcheck::report
