// When users begin, and which shard they belong to. Pure arithmetic on global user numbers, so that one shard
// and eight produce the same arrivals, and so that the same split works over machines later.
#pragma once

#include <cstdint>

#include "protocols/core/time.hpp"

namespace soundcheck::shape {

/// User number `index` (from 0) begins this long after the start, at `per_second` new users a second.
core::Duration spawn_offset(std::uint64_t index, double per_second);

/// One of `count` shards; `index` is below `count`.
struct Share {
  std::uint32_t index = 0;
  std::uint32_t count = 1;

  /// How many of `total` users are this shard's. The shares of all shards add up to `total` exactly.
  std::uint64_t size_of(std::uint64_t total) const;
  /// Global number of this shard's user number `local`: users are dealt out in turn, so every shard ramps
  /// evenly.
  std::uint64_t global(std::uint64_t local) const { return local * count + index; }
};

}  // namespace soundcheck::shape
