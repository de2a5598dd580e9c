#include "protocols/core/feeder.hpp"

namespace soundcheck::core {

Feeder::Feeder(FeedOrder order, std::uint64_t rows, FeedShare share, std::uint64_t seed)
    : order_(order), rows_(rows), step_(share.count), upcoming_(share.index), random_(seed, share.index) {
  if (order == FeedOrder::unique) return;
  // Below the number of rows both, so that adding them can neither overflow nor pass the end twice.
  step_ %= rows_;
  upcoming_ %= rows_;
}

std::optional<std::uint64_t> Feeder::next() {
  if (order_ == FeedOrder::random) return random_.below(rows_);
  if (upcoming_ >= rows_) return std::nullopt;
  const std::uint64_t row = upcoming_;
  upcoming_ += step_;
  if (order_ == FeedOrder::circular && upcoming_ >= rows_) upcoming_ -= rows_;
  return row;
}

}  // namespace soundcheck::core
