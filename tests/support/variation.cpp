#include "tests/support/variation.hpp"

#include <cmath>

namespace soundcheck::support {

Variation::Variation(const VariationKind& kind, std::uint64_t seed)
    : kind_(kind), draws_(seed, 1), steps_(seed, 2), levels_{kind.wander * steps_.normal()} {}

double Variation::factor(core::TimePoint now) {
  const auto second = static_cast<std::size_t>(now.time_since_epoch() / std::chrono::seconds(1));
  const double step = kind_.wander * std::sqrt(1 - kind_.persistence * kind_.persistence);
  while (levels_.size() <= second)
    levels_.push_back(kind_.persistence * levels_.back() + step * steps_.normal());
  return std::exp(levels_[second] + kind_.spread * draws_.normal());
}

}  // namespace soundcheck::support
