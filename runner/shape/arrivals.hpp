// The open model's schedule: when work arrives, whether or not the target has answered what came before. All
// shards compute the same sequence and each takes its share of it. Pure; one owner each.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/core/random.hpp"
#include "runner/shape/curve.hpp"
#include "runner/shape/share.hpp"

namespace soundcheck::shape {

enum class Spacing : unsigned char {
  poisson,  // independent of each other, as callers are; bursts happen
  even,     // at equal distances
};

struct Arrival {
  std::uint64_t number = 0;  ///< global, from 0
  core::Duration at{};       ///< from the start of the curve
};

class Arrivals {
 public:
  /// `rate`: arrivals per second; outlives this object. `seed` makes the sequence repeatable.
  Arrivals(const Curve& rate, Spacing spacing, std::uint64_t seed, Share share);

  /// The next one of this share, in ascending time; nothing after the end of the curve.
  std::optional<Arrival> next();

 private:
  const Curve& rate_;
  Spacing spacing_;
  Share share_;
  core::Random random_;
  std::uint64_t number_ = 0;
  double area_ = 0;  ///< of the rate up to the arrival before
  std::size_t hint_ = 0;
};

}  // namespace soundcheck::shape
