// Reproducible randomness: xoshiro256** (Blackman and Vigna, 2018) seeded by splitmix64. The same seed gives
// the same sequence on every machine, unlike the standard library's distributions. Pure; one owner each.
#pragma once

#include <cstdint>

#include "protocols/core/time.hpp"

namespace soundcheck::core {

class Random {
 public:
  /// `stream` tells users of the same seed apart.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0);

  std::uint64_t next();
  /// Uniform in [0, bound); bound 0 gives 0.
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in [0, 1).
  double uniform();
  /// Exponentially distributed with mean 1: the time between independent events.
  double exponential();
  /// Normally distributed with mean 0 and deviation 1 (Box and Muller, 1958).
  double normal();
  /// Uniform in [min, max].
  Duration between(Duration min, Duration max);

 private:
  std::uint64_t state_[4];
};

/// The place of number n in [0, 1): the places of 0, 1, 2, ... fill it evenly, however many of them there
/// are.
double even_place(std::uint64_t n);

}  // namespace soundcheck::core
