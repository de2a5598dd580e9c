#include "runner/compare/block_bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "runner/trend/autocorrelation.hpp"

namespace soundcheck::compare {

namespace {

/// Politis and Romano's flat-top window.
double window(double share) { return std::clamp(2 * (1 - share), 0.0, 1.0); }

}  // namespace

std::size_t block_length(std::span<const double> values) {
  const std::size_t n = values.size();
  if (n < 20) return 1;
  const auto count = static_cast<double>(n);
  const auto longest = std::min(n / 3, static_cast<std::size_t>(std::ceil(3 * std::sqrt(count))));
  // The first lag after which so many in a row are not significant ends the memory.
  const auto quiet = static_cast<std::size_t>(std::max(5.0, std::ceil(std::sqrt(std::log10(count)))));
  const double significant = 2 * std::sqrt(std::log10(count) / count);
  std::vector<double> rho{1};
  std::size_t memory = 0;
  for (std::size_t lag = 1; lag <= longest && lag - memory <= quiet; ++lag) {
    rho.push_back(trend::autocorrelation(values, lag));
    if (std::abs(rho.back()) > significant) memory = lag;
  }
  if (memory == 0) return 1;
  const std::size_t last = std::min(2 * memory, longest);
  while (rho.size() <= last) rho.push_back(trend::autocorrelation(values, rho.size()));
  double spectrum = 1, slope = 0;  // g(0) and G of the paper, over the variance
  for (std::size_t lag = 1; lag <= last; ++lag) {
    const double weight = 2 * window(static_cast<double>(lag) / static_cast<double>(last)) * rho[lag];
    spectrum += weight;
    slope += weight * static_cast<double>(lag);
  }
  if (!(spectrum > 0)) return 1;
  // Circular blocks: D = 4/3 g(0)^2.
  const double length = std::cbrt(2 * slope * slope / (4.0 / 3 * spectrum * spectrum) * count);
  return std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(length)), 1, longest);
}

std::vector<std::uint32_t> draw_blocks(std::size_t rows, std::size_t length, core::Random& random) {
  std::vector<std::uint32_t> times(rows, 0);
  for (std::size_t drawn = 0; drawn < rows;) {
    const auto start = static_cast<std::size_t>(random.below(rows));
    for (std::size_t i = 0; i < length && drawn < rows; ++i, ++drawn) ++times[(start + i) % rows];
  }
  return times;
}

}  // namespace soundcheck::compare
