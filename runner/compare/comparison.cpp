#include "runner/compare/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "runner/trend/distribution.hpp"

namespace soundcheck::compare {

namespace {

/// A variance and how well it is known.
struct Variance {
  double value = 0;
  double freedom = 1;
};

/// Welch and Satterthwaite: degrees of freedom of a sum of variances.
Variance sum_of(std::span<const Variance> parts) {
  double sum = 0, below = 0;
  for (const Variance& part : parts) {
    sum += part.value;
    below += part.value * part.value / part.freedom;
  }
  return {sum, below > 0 ? sum * sum / below : 1e6};
}

bool has_data(const Measurement& measurement) { return measurement.freedom > 0; }

Change change_of(const Comparison& comparison, const CompareCriteria& criteria) {
  const double base = std::abs(comparison.base);
  const double matters = std::max(criteria.matters * base, criteria.least);
  const double same = std::max(criteria.same_within * base, criteria.least);
  const trend::Interval& range = comparison.range;
  if ((range.low > 0 || range.high < 0) && std::abs(comparison.difference) >= matters) {
    const bool rises = comparison.difference > 0;
    return rises == (criteria.better == trend::Better::lower) ? Change::worse : Change::improved;
  }
  return range.low > -same && range.high < same ? Change::same : Change::cannot_tell;
}

}  // namespace

std::string_view name_of(Change change) {
  switch (change) {
    case Change::improved:
      return "improved";
    case Change::same:
      return "same";
    case Change::worse:
      return "worse";
    case Change::cannot_tell:
      return "cannot_tell";
  }
  return "";
}

NoiseFloor learn_noise(std::span<const Measurement> baselines) {
  if (baselines.size() < 2) return {};
  const auto runs = static_cast<double>(baselines.size());
  double mean = 0, within = 0, spread = 0;
  for (const Measurement& run : baselines) {
    mean += run.value / runs;
    within += run.error * run.error / runs;
  }
  for (const Measurement& run : baselines) spread += (run.value - mean) * (run.value - mean) / (runs - 1);
  return {std::sqrt(std::max(0.0, spread - within)), runs - 1};
}

Comparison compare_runs(std::span<const Measurement> baselines, const Measurement& fresh,
                        const CompareCriteria& criteria) {
  Comparison result;
  result.fresh = fresh.value;
  if (baselines.empty() || !has_data(fresh) || !std::all_of(baselines.begin(), baselines.end(), has_data))
    return result;
  const auto runs = static_cast<double>(baselines.size());
  std::vector<Variance> within{{fresh.error * fresh.error, fresh.freedom}};
  for (const Measurement& run : baselines) {
    result.base += run.value / runs;
    within.push_back({run.error * run.error / (runs * runs), run.freedom});
  }
  result.noise = learn_noise(baselines);
  const double between = result.noise.deviation * result.noise.deviation * (1 + 1 / runs);
  const Variance own = sum_of(within);
  std::vector<Variance> parts{own};
  if (between > 0) parts.push_back({between, result.noise.freedom});
  const Variance all = sum_of(parts);
  result.difference = fresh.value - result.base;
  if (result.base != 0) result.share = result.difference / result.base;
  const double reach =
      trend::student_quantile((1 + criteria.confidence) / 2, all.freedom) * std::sqrt(all.value);
  result.range = {result.difference - reach, result.difference + reach};
  result.change = change_of(result, criteria);
  if (result.change == Change::cannot_tell && own.value > between) {
    // Longer runs narrow what happens within them, by the root of their length.
    const double wanted =
        std::max({std::abs(result.difference), criteria.least,
                  criteria.same_within * std::abs(result.base) - std::abs(result.difference)});
    if (wanted > 0) result.needed_times = std::max(1.25, std::pow(reach / (0.8 * wanted), 2));
  }
  return result;
}

}  // namespace soundcheck::compare
