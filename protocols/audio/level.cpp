#include "protocols/audio/level.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace soundcheck::audio {

namespace {

bool is_audible(std::int16_t sample) { return std::abs(int{sample}) > audible_amplitude; }

}  // namespace

std::optional<std::size_t> first_audible(std::span<const std::int16_t> samples) {
  const auto found = std::find_if(samples.begin(), samples.end(), is_audible);
  if (found == samples.end()) return std::nullopt;
  return static_cast<std::size_t>(found - samples.begin());
}

std::optional<std::size_t> last_audible(std::span<const std::int16_t> samples) {
  const auto found = std::find_if(samples.rbegin(), samples.rend(), is_audible);
  if (found == samples.rend()) return std::nullopt;
  return static_cast<std::size_t>(samples.rend() - found) - 1;
}

double rms_dbfs(std::span<const std::int16_t> samples) {
  constexpr double silence = -120.0;
  double energy = 0;
  for (const std::int16_t sample : samples) {
    const double level = sample / 32768.0;
    energy += level * level;
  }
  if (energy == 0) return silence;
  return std::max(silence, 10 * std::log10(energy / static_cast<double>(samples.size())));
}

}  // namespace soundcheck::audio
