// Which users and arrivals belong to which shard. Pure arithmetic on global numbers, so that one shard and
// eight produce the same load, and so that the same split works over machines later.
#pragma once

#include <cstdint>

namespace soundcheck::shape {

/// One of `count` shards; `index` is below `count`.
struct Share {
  std::uint32_t index = 0;
  std::uint32_t count = 1;

  /// How many of `total` users are this shard's. The shares of all shards add up to `total` exactly.
  std::uint64_t size_of(std::uint64_t total) const { return total / count + (index < total % count ? 1 : 0); }
  /// Global number of this shard's user number `local`: users are dealt out in turn, so every shard ramps
  /// evenly.
  std::uint64_t global(std::uint64_t local) const { return local * count + index; }
  bool owns(std::uint64_t global_number) const { return global_number % count == index; }
};

}  // namespace soundcheck::shape
