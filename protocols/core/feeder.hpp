// Which row of a data table comes next. Rows are split by number, without any state that threads would share:
// of n takers, taker i takes the rows i, i + n, i + 2n and so on. With a taker for each user this does not
// depend on how users are spread over shards. Pure; belongs to one user or one shard.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/core/random.hpp"

namespace soundcheck::core {

enum class FeedOrder : unsigned char {
  circular,  // one after the other, and from the beginning again
  random,    // any row, each as likely, as often as it comes
  unique,    // each row once in the whole run
};

/// One of `count` takers; `index` is below `count`.
struct FeedShare {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
};

class Feeder {
 public:
  /// `rows` is at least 1. `seed` is of the run and the table, for FeedOrder::random.
  Feeder(FeedOrder order, std::uint64_t rows, FeedShare share, std::uint64_t seed);

  /// The row to use; nothing once all unique rows of this share are used up.
  std::optional<std::uint64_t> next();

 private:
  FeedOrder order_;
  std::uint64_t rows_;
  std::uint64_t step_;
  std::uint64_t upcoming_;
  Random random_;
};

}  // namespace soundcheck::core
