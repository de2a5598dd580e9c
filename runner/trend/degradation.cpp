#include "runner/trend/degradation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "runner/trend/length.hpp"
#include "runner/trend/order.hpp"
#include "runner/trend/thin.hpp"

namespace soundcheck::trend {

namespace {

double level_of(std::span<const Point> series) {
  std::vector<double> values;
  for (const Point& point : series) values.push_back(point.value);
  return median(std::move(values));
}

Degradation verdict_of(const DegradationReport& report, const DegradationCriteria& criteria) {
  const Interval& range = report.change_range;
  if (range.low > -criteria.matters && range.high < criteria.matters) return Degradation::steady;
  const bool certain = range.low > 0 || range.high < 0;
  if (!certain || std::abs(report.change) < criteria.matters) return Degradation::cannot_tell;
  const bool rises = report.change > 0;
  return rises == (criteria.better == Better::lower) ? Degradation::worse : Degradation::better;
}

}  // namespace

std::string_view name_of(Degradation degradation) {
  switch (degradation) {
    case Degradation::worse:
      return "worse";
    case Degradation::better:
      return "better";
    case Degradation::steady:
      return "steady";
    case Degradation::cannot_tell:
      return "cannot_tell";
  }
  return "";
}

DegradationReport judge_degradation(std::span<const Point> series, const DegradationCriteria& criteria) {
  DegradationReport report;
  if (series.empty()) return report;
  report.from = series.front().at;
  report.to = series.back().at;
  const double length = report.to - report.from;
  const std::size_t tenth = std::max<std::size_t>(1, series.size() / 10);
  report.level_at_start = level_of(series.first(tenth));
  report.level_at_end = level_of(series.last(tenth));
  if (series.size() < min_samples || !(length > 0)) {
    if (length > 0) report.needed_seconds = length * min_samples / static_cast<double>(series.size());
    return report;
  }
  FitOptions options;
  options.confidence = criteria.confidence;
  const GrowthFit fit = fit_growth(thin(series, points_for(series.size())), options);
  report.change = fit.change;
  report.change_range = fit.changes;
  report.trend_per_hour = fit.slope * seconds_per_hour;
  report.trend_range = {fit.slopes.low * seconds_per_hour, fit.slopes.high * seconds_per_hour};
  report.jumps = fit.steps;
  report.warm_up = fit.warm_up;
  report.verdict = verdict_of(report, criteria);
  if (report.verdict == Degradation::cannot_tell) {
    const double half_width = (fit.changes.high - fit.changes.low) / 2;
    const double room = std::max(std::abs(fit.change), std::abs(criteria.matters - std::abs(fit.change)));
    report.needed_seconds = seconds_for(length, half_width, 0.8 * room);
  }
  return report;
}

}  // namespace soundcheck::trend
