// Why response time (from the intended start) and service time (from the actual start) differ, in one
// sentence for a person. Pure.
#pragma once

#include <string>

#include "runner/metrics/snapshot.hpp"

namespace soundcheck::verdict {

/// The gap is explained if p95 or p99 of the two clocks differ by more than this share ...
inline constexpr double explained_gap_share = 0.10;
/// ... and by more than the machine's wake-up time, which nobody feels.
inline constexpr double shortest_gap = 0.001;  // s
/// Audio frames have no answer of their own: p99 of how late they left is explained from a tenth of a 20 ms
/// frame on.
inline constexpr double explained_pacing_error = 0.002;  // s

/// All tasks of one subsystem after the warm-up. Empty if there is nothing to explain.
std::string explain_gap(core::Subsystem subsystem, const metrics::TaskRecord& record);

}  // namespace soundcheck::verdict
