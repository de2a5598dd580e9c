#include "runner/trend/sawtooth.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "runner/trend/order.hpp"

namespace soundcheck::trend {

namespace {

constexpr std::size_t min_points = 20;
constexpr std::size_t min_falls = 3;

/// A peak and the trough after it, as positions in the series.
struct Fall {
  std::size_t peak = 0;
  std::size_t trough = 0;
};

/// The turns of the series, ignoring those of less than `least`. The last fall counts only once the series
/// has risen from it again by `least`, or has stood after it: until then its trough is not known.
std::vector<Fall> falls_of(std::span<const Point> series, double least) {
  std::vector<Fall> result;
  std::size_t low = 0;
  std::size_t high = 0;
  bool falling = false;
  for (std::size_t i = 1; i < series.size(); ++i) {
    const double value = series[i].value;
    if (!falling) {
      if (value > series[high].value) high = i;
      if (series[high].value - value >= least) {
        falling = true;
        low = i;
      }
    } else {
      if (value < series[low].value) low = i;
      if (value - series[low].value >= least) {
        result.push_back({high, low});
        falling = false;
        high = i;
      }
    }
  }
  if (falling && low + 1 < series.size()) result.push_back({high, low});
  return result;
}

/// Noise from one point to the next, whatever goes on more slowly; falls are few among the differences.
double noise_of(std::span<const Point> series) {
  std::vector<double> differences;
  for (std::size_t i = 1; i < series.size(); ++i) {
    differences.push_back(series[i].value - series[i - 1].value);
  }
  return deviation(differences) / std::sqrt(2);
}

/// Running median of three points: what lasts one of them is no tooth.
Series without_spikes(std::span<const Point> series) {
  Series result{series.begin(), series.end()};
  for (std::size_t i = 1; i + 1 < series.size(); ++i) {
    const auto [low, high] = std::minmax(series[i - 1].value, series[i + 1].value);
    result[i].value = std::clamp(series[i].value, low, high);
  }
  return result;
}

/// How far the points between the falls lie from straight lines from trough to peak, root mean square.
double roughness(std::span<const Point> series, const std::vector<Fall>& falls) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = 1; i < falls.size(); ++i) {
    const Point& trough = series[falls[i - 1].trough];
    const Point& peak = series[falls[i].peak];
    for (std::size_t k = falls[i - 1].trough; k <= falls[i].peak; ++k) {
      const double share = (series[k].at - trough.at) / (peak.at - trough.at);
      const double distance = series[k].value - trough.value - share * (peak.value - trough.value);
      sum += distance * distance;
      ++count;
    }
  }
  return std::sqrt(sum / count);
}

std::optional<Sawtooth> describe(std::span<const Point> series, const std::vector<Fall>& falls) {
  if (falls.size() < min_falls) return std::nullopt;
  std::vector<double> fall_times, rise_times, heights, periods;
  Sawtooth result;
  for (std::size_t i = 0; i < falls.size(); ++i) {
    const Point& peak = series[falls[i].peak];
    const Point& trough = series[falls[i].trough];
    result.troughs.push_back(trough);
    fall_times.push_back(trough.at - peak.at);
    heights.push_back(peak.value - trough.value);
    if (i == 0) continue;
    rise_times.push_back(peak.at - series[falls[i - 1].trough].at);
    periods.push_back(trough.at - series[falls[i - 1].trough].at);
  }
  result.period = median(periods);
  result.height = median(heights);
  result.longest = std::max(*std::max_element(periods.begin(), periods.end()),
                            series.back().at - result.troughs.back().at);
  const double spacing = (series.back().at - series.front().at) / static_cast<double>(series.size() - 1);
  // Faster ones are noise: the medians of the thinning see them whole.
  if (result.period < 6 * spacing) return std::nullopt;
  const bool sudden = median(fall_times) <= 0.25 * median(rise_times);
  const bool regular = falls.size() >= 4 && deviation(periods) < 0.2 * result.period &&
                       deviation(heights) < 0.2 * result.height;
  if (!sudden && !regular) return std::nullopt;
  // Noise upon a slope falls fast and rises slowly too, but not in straight lines.
  if (result.height < 6 * roughness(series, falls)) return std::nullopt;
  return result;
}

}  // namespace

std::optional<Sawtooth> find_sawtooth(std::span<const Point> raw) {
  if (raw.size() < min_points) return std::nullopt;
  const Series series = without_spikes(raw);
  std::vector<double> values;
  for (const Point& point : series) values.push_back(point.value);
  const double range = quantile(values, 0.98) - quantile(values, 0.02);
  const double least = 6 * noise_of(raw);
  // From large to small: the smallest teeth may be noise upon those that matter, or a warm-up may be far
  // larger than the teeth.
  for (double size = range / 2; size > least && size > range / 50; size /= 1.5) {
    if (auto found = describe(series, falls_of(series, size))) return found;
  }
  return std::nullopt;
}

}  // namespace soundcheck::trend
