#include "protocols/core/random.hpp"

#include <bit>
#include <cmath>
#include <numbers>

namespace soundcheck::core {

namespace {
std::uint64_t splitmix(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}
}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t x = seed;
  x = splitmix(x) ^ (stream * 0xd1342543de82ef95ULL);
  for (std::uint64_t& word : state_) word = splitmix(x);
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
  if (bound == 0) return 0;
  // Multiply-shift: the bias is below bound / 2^64, far under what any run can show.
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Random::exponential() { return -std::log1p(-uniform()); }

double Random::normal() {
  // The second value of each pair is thrown away: keeping it would be state for no gain here.
  return std::sqrt(2 * exponential()) * std::cos(2 * std::numbers::pi * uniform());
}

Duration Random::between(Duration min, Duration max) {
  if (max <= min) return min;
  return min +
         Duration{static_cast<Duration::rep>(below(static_cast<std::uint64_t>((max - min).count()) + 1))};
}

double even_place(std::uint64_t n) {
  // The fractions of multiples of the golden ratio (a Weyl sequence).
  constexpr double golden = 0.6180339887498949;
  double whole = 0;
  return std::modf(golden * static_cast<double>(n % 1'000'000), &whole);
}

}  // namespace soundcheck::core
