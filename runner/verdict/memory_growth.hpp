// How much memory the target gained over a run, from samples of its resident size. Pure.
#pragma once

#include <cstdint>
#include <span>

#include "runner/verdict/growth.hpp"
#include "runner/verdict/objective_result.hpp"

namespace soundcheck::verdict {

struct MemorySample {
  double at = 0;                ///< seconds from the start of the run
  std::uint64_t rss_bytes = 0;  ///< resident set size
};

inline constexpr std::size_t min_memory_samples = min_end_samples;

/// The growth of the samples at or after `warm_up_seconds`, in bytes; negative if the target shrank. Too few
/// samples: no data, with the reason.
Figure memory_growth(std::span<const MemorySample> samples, double warm_up_seconds);

}  // namespace soundcheck::verdict
