#include "runner/shape/arrivals.hpp"

namespace soundcheck::shape {

Arrivals::Arrivals(const Curve& rate, Spacing spacing, std::uint64_t seed, Share share)
    : rate_(rate), spacing_(spacing), share_(share), random_(seed) {}

std::optional<Arrival> Arrivals::next() {
  for (;;) {
    // A Poisson process of any rate is one of rate 1 on the scale of the rate's integral (time rescaling);
    // evenly spaced arrivals stand at whole numbers on that scale.
    area_ = spacing_ == Spacing::poisson ? area_ + random_.exponential() : static_cast<double>(number_);
    const std::uint64_t number = number_++;
    if (!share_.owns(number)) continue;
    const std::optional<core::Duration> at = rate_.when(area_, hint_);
    if (!at || *at >= rate_.end()) return std::nullopt;
    return Arrival{number, *at};
  }
}

}  // namespace soundcheck::shape
