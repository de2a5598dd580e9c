// Deals faults out over requests: delays and shares that are exact in every block of 100, in seeded shuffled
// order; a token bucket; the rhythm of a stall. Pure: randomness comes from the seed, time as an argument.
// Each object belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>

#include "protocols/core/time.hpp"
#include "tools/reference_agent/faults.hpp"

namespace soundcheck::reference_agent {

using core::TimePoint;

inline constexpr std::size_t block_size = 100;

class DelayDealer {
 public:
  explicit DelayDealer(Delay delay = ConstantDelay{}, std::uint64_t seed = 0);
  /// The delay of the next request. Exponential delays are cut off at one hour.
  Duration next();

 private:
  Duration next_of(const MixtureDelay& mixture);

  Delay delay_;
  std::mt19937_64 random_;
  std::array<std::uint8_t, block_size> order_{};  // index of the part, per request of the block
  std::size_t position_ = block_size;
};

/// Says for each request whether it is one of the share. After every full block the number dealt so far is
/// the share of the requests so far, rounded to the nearest.
class ShareDealer {
 public:
  explicit ShareDealer(double share = 0, std::uint64_t seed = 0);
  bool next();

 private:
  double share_;
  std::mt19937_64 random_;
  std::array<bool, block_size> order_{};
  std::size_t position_ = block_size;
  std::uint64_t blocks_ = 0;
  std::uint64_t dealt_ = 0;
};

/// Holds at most one second's worth of tokens, at least one, and is full at first.
class TokenBucket {
 public:
  TokenBucket(double per_second, TimePoint now);
  /// Takes one token; nothing if there was one, else how long until the next.
  std::optional<Duration> take(TimePoint now);

 private:
  double per_second_;
  double capacity_;
  double tokens_;
  TimePoint filled_at_;
};

/// When the stall that holds at `now` ends; `now` itself if none does. Periods count from `origin`.
TimePoint stalled_until(const Stall& stall, TimePoint origin, TimePoint now);

}  // namespace soundcheck::reference_agent
