// How many points an analysis takes from a series, and how long a run must be to be certain. Pure.
#pragma once

#include <cstddef>

namespace soundcheck::trend {

/// Fewer samples tell nothing.
inline constexpr std::size_t min_samples = 20;
/// More points than that are thinned: their 80,000 pairs take some milliseconds.
inline constexpr std::size_t most_points = 400;
/// Points that are made of a series of `samples`: five samples or more to a point if there are enough, so
/// that spikes vanish and quick teeth average out.
std::size_t points_for(std::size_t samples);

/// Seconds that a run must last for the interval of a slope to shrink to `wanted_half_width`: its width falls
/// with the length to the power of 3/2. A quarter longer at least, a week at most.
double seconds_for(double seconds, double half_width, double wanted_half_width);

}  // namespace soundcheck::trend
