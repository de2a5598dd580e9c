// How much a sampled figure gained over a run: medians of its two ends, so that one garbage collection does
// not decide. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>

namespace soundcheck::verdict {

/// The ends that are compared are a tenth of the samples each, but at least this many.
inline constexpr std::size_t min_end_samples = 3;

/// Median of the last tenth minus median of the first tenth, in the unit of the values. There must be at
/// least 2 * min_end_samples.
double growth(std::span<const double> values);

}  // namespace soundcheck::verdict
