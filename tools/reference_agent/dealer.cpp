#include "tools/reference_agent/dealer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace soundcheck::reference_agent {
namespace {

/// Fisher-Yates by hand: std::shuffle may give another order with another standard library.
template <class Array>
void shuffle(Array& values, std::mt19937_64& random) {
  for (std::size_t i = values.size() - 1; i > 0; --i) std::swap(values[i], values[random() % (i + 1)]);
}

/// In [0, 1), 53 bits.
double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1.0p-53; }

template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

}  // namespace

DelayDealer::DelayDealer(Delay delay, std::uint64_t seed) : delay_(std::move(delay)), random_(seed) {}

Duration DelayDealer::next() {
  return std::visit(Overload{[](const ConstantDelay& d) { return d.value; },
                             [this](const MixtureDelay& d) { return next_of(d); },
                             [this](const UniformDelay& d) {
                               return d.min +
                                      core::from_seconds(core::to_seconds(d.max - d.min) * unit(random_));
                             },
                             [this](const ExponentialDelay& d) {
                               const double seconds = -std::log1p(-unit(random_)) * core::to_seconds(d.mean);
                               return core::from_seconds(std::min(seconds, 3600.0));
                             }},
                    delay_);
}

Duration DelayDealer::next_of(const MixtureDelay& mixture) {
  if (position_ == block_size) {
    auto out = order_.begin();
    for (std::size_t part = 0; part < mixture.parts.size(); ++part) {
      out = std::fill_n(out, mixture.parts[part].percent, static_cast<std::uint8_t>(part));
    }
    shuffle(order_, random_);
    position_ = 0;
  }
  return mixture.parts[order_[position_++]].value;
}

ShareDealer::ShareDealer(double share, std::uint64_t seed) : share_(share), random_(seed) {}

bool ShareDealer::next() {
  if (share_ <= 0) return false;
  if (position_ == block_size) {
    ++blocks_;
    const auto due = static_cast<std::uint64_t>(share_ * static_cast<double>(blocks_ * block_size) + 0.5);
    order_.fill(false);
    std::fill_n(order_.begin(), std::min<std::uint64_t>(due - dealt_, block_size), true);
    dealt_ = due;
    shuffle(order_, random_);
    position_ = 0;
  }
  return order_[position_++];
}

TokenBucket::TokenBucket(double per_second, TimePoint now)
    : per_second_(per_second), capacity_(std::max(1.0, per_second)), tokens_(capacity_), filled_at_(now) {}

std::optional<Duration> TokenBucket::take(TimePoint now) {
  tokens_ = std::min(capacity_, tokens_ + core::to_seconds(now - filled_at_) * per_second_);
  filled_at_ = now;
  if (tokens_ < 1) return core::from_seconds((1 - tokens_) / per_second_);
  tokens_ -= 1;
  return std::nullopt;
}

TimePoint stalled_until(const Stall& stall, TimePoint origin, TimePoint now) {
  const Duration into_period = (now - origin) % stall.period;
  return into_period < stall.stalled ? now + (stall.stalled - into_period) : now;
}

}  // namespace soundcheck::reference_agent
