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
constexpr double min_samples_a_tooth = 4;

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
      if (value >= series[high].value) high = i;
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

/// A tooth, from its first point to its last.
using Rise = std::span<const Point>;
std::vector<Rise> rises_of(std::span<const Point> series, const std::vector<Fall>& falls) {
  // Noise moves peak and trough by some points; the fall itself is where most was lost at once.
  std::vector<std::size_t> starts;
  for (const Fall& fall : falls) {
    std::size_t start = fall.peak + 1;
    for (std::size_t i = start; i <= fall.trough; ++i) {
      if (series[i].value - series[i - 1].value < series[start].value - series[start - 1].value) start = i;
    }
    starts.push_back(start);
  }
  starts.push_back(series.size());
  std::vector<Rise> result;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i)
    result.push_back(series.subspan(starts[i], starts[i + 1] - starts[i]));
  return result;
}

/// Sums of products about the means, of time and value.
struct Products {
  double covariance = 0;
  double variance = 0;  // of the time
  double slope() const { return variance > 0 ? covariance / variance : 0; }
};
Products products_of(Rise rise) {
  const auto n = static_cast<double>(rise.size());
  double at = 0, value = 0;
  for (const Point& point : rise) {
    at += point.at / n;
    value += point.value / n;
  }
  Products result;
  for (const Point& point : rise) {
    result.covariance += (point.at - at) * (point.value - value);
    result.variance += (point.at - at) * (point.at - at);
  }
  return result;
}

/// How much a second the teeth add: the slope within the rises of the second half, which no warm-up steepens.
double common_slope(const std::vector<Rise>& rises) {
  Products all;
  for (std::size_t i = rises.size() / 2; i + 1 < rises.size(); ++i) {
    const Products one = products_of(rises[i]);
    all.covariance += one.covariance;
    all.variance += one.variance;
  }
  return all.slope();
}

/// The points of a tooth, brought down to its start.
std::vector<double> levels_of(Rise rise, double slope) {
  std::vector<double> result;
  for (const Point& point : rise) result.push_back(point.value - slope * (point.at - rise.front().at));
  return result;
}
double seconds_of(Rise rise) { return rise.back().at - rise.front().at; }

/// The lower one of the first two samples.
Point lowest(Rise rise) { return rise.size() > 1 && rise[1].value < rise[0].value ? rise[1] : rise[0]; }

/// How much of a base is its lowest sample, and how much the whole tooth brought down to its start. The first
/// has the noise of one sample, but if that is the lowest reading of its second, it has seen the fall. The
/// second averages the noise, but the fall was some time between two samples, and teeth differ in their
/// slopes. Each counts by its variance.
double share_of_lowest(const std::vector<Rise>& rises, double slope, double spacing) {
  std::vector<double> residuals, misfits;
  for (const Rise& rise : rises) {
    const double own = products_of(rise).slope();
    misfits.push_back((own - slope) * seconds_of(rise) / 2);
    const std::vector<double> levels = levels_of(rise, own);
    const double level = median(levels);
    for (const double each : levels) residuals.push_back(each - level);
  }
  const double noise = std::pow(deviation(residuals), 2);
  const double timing = std::pow(slope * spacing, 2) / 12 + std::pow(deviation(misfits), 2);
  return noise + timing > 0 ? timing / (noise + timing) : 1;
}

/// Of teeth with sudden falls; `spacing`: seconds from sample to sample.
Series bases_of(std::span<const Point> raw, const std::vector<Fall>& falls, double spacing) {
  const std::vector<Rise> rises = rises_of(raw, falls);
  const double slope = common_slope(rises);
  const double share = share_of_lowest(rises, slope, spacing);
  Series result;
  for (const Rise& rise : rises) {
    const Point low = lowest(rise);
    const Point level{rise.front().at + seconds_of(rise) / 2, median(levels_of(rise, slope))};
    result.push_back(
        {share * low.at + (1 - share) * level.at, share * low.value + (1 - share) * level.value});
  }
  return result;
}

/// `series` is `raw` without spikes.
std::optional<Sawtooth> describe(std::span<const Point> raw, std::span<const Point> series,
                                 const std::vector<Fall>& falls) {
  if (falls.size() < min_falls) return std::nullopt;
  std::vector<double> fall_times, rise_times, heights, periods;
  Sawtooth result;
  for (std::size_t i = 0; i < falls.size(); ++i) {
    const Point& peak = series[falls[i].peak];
    const Point& trough = series[falls[i].trough];
    result.bases.push_back(trough);
    fall_times.push_back(trough.at - peak.at);
    heights.push_back(peak.value - trough.value);
    if (i == 0) continue;
    rise_times.push_back(peak.at - series[falls[i - 1].trough].at);
    periods.push_back(trough.at - series[falls[i - 1].trough].at);
  }
  result.period = median(periods);
  result.height = median(heights);
  result.longest =
      std::max(*std::max_element(periods.begin(), periods.end()), series.back().at - result.bases.back().at);
  const double spacing = (series.back().at - series.front().at) / static_cast<double>(series.size() - 1);
  // Faster ones are noise: the medians of the thinning see them whole.
  if (result.period < min_samples_a_tooth * spacing) return std::nullopt;
  const bool sudden = median(fall_times) <= 0.25 * median(rise_times);
  const bool regular = falls.size() >= 4 && deviation(periods) < 0.2 * result.period &&
                       deviation(heights) < 0.2 * result.height;
  if (!sudden && !regular) return std::nullopt;
  // Noise upon a slope falls fast and rises slowly too, but not in straight lines.
  if (result.height < 6 * roughness(series, falls)) return std::nullopt;
  if (sudden) result.bases = bases_of(raw, falls, spacing);
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
    const auto found = describe(raw, series, falls_of(series, size));
    if (!found) continue;
    // Teeth are not all of one height, and two that are taken for one have no common base: the lower ones
    // too.
    const auto all = describe(raw, series, falls_of(series, std::max(least, found->height / 3)));
    return all ? all : found;
  }
  return std::nullopt;
}

}  // namespace soundcheck::trend
