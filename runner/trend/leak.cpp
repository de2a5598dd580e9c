#include "runner/trend/leak.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "runner/trend/length.hpp"
#include "runner/trend/order.hpp"
#include "runner/trend/sight.hpp"
#include "runner/trend/theil_sen.hpp"
#include "runner/trend/thin.hpp"

namespace soundcheck::trend {

namespace {

constexpr std::size_t min_teeth = 6;
constexpr std::size_t good_teeth = 10;  // what a longer run is asked for
constexpr std::size_t sawtooth_points = 7200;
constexpr std::size_t least_steady = 3;  // points whose slope says anything

Series after(const Series& series, double at) {
  Series result;
  std::copy_if(series.begin(), series.end(), std::back_inserter(result),
               [at](const Point& p) { return p.at >= at; });
  return result;
}

double level_at_end(std::span<const Point> series) {
  const std::size_t count = std::max<std::size_t>(1, series.size() / 10);
  std::vector<double> last;
  for (const Point& point : series.last(count)) last.push_back(point.value);
  return median(last);
}

/// Steps that take back most of what the slope adds: a sawtooth with too few teeth to see their bases' trend.
bool falls_back(const GrowthFit& fit, double length) {
  double net = 0;
  for (const Step& step : fit.steps) net += step.size;
  return fit.slopes.low > 0 && net < -0.25 * fit.slope * length;
}

void decide(LeakReport& report, const LeakCriteria& criteria, const GrowthFit& fit) {
  const double length = report.to - report.from;
  const auto cannot_tell = [&](LeakReason reason, double needed) {
    report.verdict = LeakVerdict::cannot_tell;
    report.reason = reason;
    report.needed_seconds = needed;
  };
  const double alpha = (1 - criteria.confidence) / 2;
  const double half_width = (report.growth_range.high - report.growth_range.low) / 2;
  if (falls_back(fit, length)) return cannot_tell(LeakReason::too_few_cycles, 4 * length);
  if (report.growth_range.low > criteria.least_per_hour && report.trend.chance_up < alpha) {
    if (report.growth_range.low * length < criteria.least_growth * seconds_per_hour) {
      return cannot_tell(LeakReason::little_so_far,
                         1.25 * criteria.least_growth / report.growth_range.low * seconds_per_hour);
    }
    report.verdict = LeakVerdict::leak;
    report.reason = LeakReason::grows;
    if (criteria.limit && report.growth_per_hour > 0) {
      report.hours_to_limit = std::max(0.0, *criteria.limit - report.level) / report.growth_per_hour;
    }
    return;
  }
  if (report.growth_range.high < criteria.tolerated_per_hour) {
    report.verdict = LeakVerdict::no_leak;
    report.reason = LeakReason::bounded;
    return;
  }
  const double room = std::max(std::abs(report.growth_per_hour - criteria.least_per_hour),
                               std::abs(criteria.tolerated_per_hour - report.growth_per_hour));
  const bool settling = report.warm_up && report.warm_up->size > 0;
  cannot_tell(settling ? LeakReason::still_warming_up : LeakReason::too_noisy,
              seconds_for(length, half_width, 0.8 * room));
}

/// A store that fills at an even pace and is full then is like none of the curves, so their errors are too
/// wide to tell anything. But what grew by less than is tolerated since the middle, steps included, has come
/// to rest, whatever it did before. Judges the second half, only ever to say "no leak".
void look_at_second_half(LeakReport& report, const LeakCriteria& criteria, std::span<const Point> points) {
  const double middle = report.from + (report.to - report.from) / 2;
  const Series half = after({points.begin(), points.end()}, middle);
  if (half.size() < 30) return;
  const GrowthFit fit = fit_growth(half, {.confidence = criteria.confidence});
  const double hours = (half.back().at - half.front().at) / seconds_per_hour;
  const Interval range{fit.slopes.low * seconds_per_hour, fit.slopes.high * seconds_per_hour};
  if (range.high >= criteria.tolerated_per_hour) return;
  if (fit.changes.high >= criteria.tolerated_per_hour * hours) return;
  report.verdict = LeakVerdict::no_leak;
  report.reason = LeakReason::bounded;
  report.needed_seconds.reset();
  report.warm_up_ends_at = middle;
  report.growth_per_hour = fit.slope * seconds_per_hour;
  report.growth_range = range;
  report.steady = fit.cleaned;
}

}  // namespace

std::string_view name_of(LeakVerdict verdict) {
  switch (verdict) {
    case LeakVerdict::leak:
      return "leak";
    case LeakVerdict::no_leak:
      return "no_leak";
    case LeakVerdict::cannot_tell:
      return "cannot_tell";
  }
  return "";
}

LeakReport judge_leak(std::span<const Point> series, const LeakCriteria& criteria) {
  LeakReport report;
  if (series.empty()) return report;
  report.from = report.warm_up_ends_at = series.front().at;
  report.to = series.back().at;
  report.level = level_at_end(series);
  const double length = report.to - report.from;
  if (series.size() < min_samples || !(length > 0)) {
    if (length > 0) report.needed_seconds = length * min_samples / static_cast<double>(series.size());
    return report;
  }
  report.unseen_seconds = criteria.load_seconds ? unseen_seconds(series, 0, *criteria.load_seconds)
                                                : unseen_seconds(series, report.from, report.to);
  if (report.unseen_seconds > 0) {
    report.reason = LeakReason::unseen;
    return report;
  }
  report.sawtooth = find_sawtooth(thin(series, sawtooth_points));
  Series points = thin(series, points_for(series.size()));
  const auto too_few_cycles = [&] {
    report.reason = LeakReason::too_few_cycles;
    report.needed_seconds = std::max(1.25 * length, good_teeth * report.sawtooth->longest);
    return report;
  };
  if (report.sawtooth) {
    if (report.sawtooth->bases.size() < min_teeth) return too_few_cycles();
    points = thin(report.sawtooth->bases, most_points);
  }
  FitOptions options;
  options.confidence = criteria.confidence;
  if (points.size() < 12) options.warm_up = false;
  if (points.size() < 30) options.max_steps = 0;
  const GrowthFit fit = fit_growth(points, options);
  report.warm_up = fit.warm_up;
  report.steps = fit.steps;
  report.persistence = fit.persistence;
  report.noise = fit.noise;
  if (fit.warm_up) report.warm_up_ends_at = fit.warm_up->ends_at;
  const double middle = report.from + length / 2;
  report.steady = after(fit.cleaned, std::min(report.warm_up_ends_at, middle));
  if (report.steady.size() < least_steady) {  // teeth that became rare
    report.steady.clear();
    if (report.sawtooth) return too_few_cycles();
    return report;
  }
  const double rough = theil_sen(report.steady, criteria.confidence).slope;
  report.trend = mann_kendall(report.steady, rough, fit.persistence);
  const TheilSen slope = theil_sen(report.steady, criteria.confidence, report.trend.inflation);
  report.growth_per_hour = slope.slope * seconds_per_hour;
  report.growth_range = {std::min(slope.interval.low, fit.slopes.low) * seconds_per_hour,
                         std::max(slope.interval.high, fit.slopes.high) * seconds_per_hour};
  decide(report, criteria, fit);
  if (report.verdict == LeakVerdict::cannot_tell && !report.sawtooth) {
    look_at_second_half(report, criteria, points);
  }
  return report;
}

}  // namespace soundcheck::trend
