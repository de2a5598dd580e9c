// What limited the run, in one sentence: the first thing that a reader of a bad report should look at. Pure.
#pragma once

#include <optional>
#include <string>

#include "runner/metrics/snapshot.hpp"
#include "runner/verdict/validity.hpp"

namespace soundcheck::verdict {

/// A class of failures below this share of the ended tasks did not limit the run.
inline constexpr double limiting_failure_share = 0.01;
/// The target is saturated from this share of the machine's cores on.
inline constexpr double saturated_cpu_share = 0.90;

struct LimitInput {
  metrics::TaskRecord total;         ///< all tasks of all subsystems merged
  std::optional<double> target_cpu;  ///< cores, mean after warm-up
  int target_cores = 0;              ///< of the target's machine; 0 = unknown
};

/// In this order: the generator, the rate limit, the target's CPU, the most frequent failures, a real-time
/// factor above 1. Empty if nothing did.
std::string limited_by(const Validity& validity, const LimitInput& input);

}  // namespace soundcheck::verdict
