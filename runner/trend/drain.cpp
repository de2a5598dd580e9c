#include "runner/trend/drain.hpp"

#include <cstddef>
#include <vector>

#include "runner/trend/order.hpp"

namespace soundcheck::trend {

namespace {

constexpr std::size_t min_points = 3;
constexpr double most = 0.8, some = 0.2;

std::vector<double> values_within(std::span<const Point> series, double from, double to) {
  std::vector<double> result;
  for (const Point& point : series) {
    if (point.at >= from && point.at < to) result.push_back(point.value);
  }
  return result;
}

}  // namespace

std::string_view name_of(DrainVerdict verdict) {
  switch (verdict) {
    case DrainVerdict::came_back:
      return "came_back";
    case DrainVerdict::partly:
      return "partly";
    case DrainVerdict::kept:
      return "kept";
    case DrainVerdict::no_growth:
      return "no_growth";
    case DrainVerdict::no_data:
      return "no_data";
  }
  return "";
}

DrainReport judge_drain(std::span<const Point> series, double load_starts_at, double load_ends_at) {
  DrainReport report;
  if (series.empty() || load_ends_at <= load_starts_at) return report;
  const double tenth = (load_ends_at - load_starts_at) / 10;
  const double after_load = series.back().at - load_ends_at;
  std::vector<double> before = values_within(series, series.front().at, load_starts_at);
  if (before.size() < min_points) before = values_within(series, load_starts_at, load_starts_at + tenth);
  const std::vector<double> end = values_within(series, load_ends_at - tenth, load_ends_at);
  const std::vector<double> after =
      values_within(series, load_ends_at + after_load * 2 / 3, series.back().at + 1);
  if (after_load <= 0 || before.size() < min_points || end.size() < min_points || after.size() < min_points) {
    return report;
  }
  report.noise = deviation(end);
  report.before = median(std::move(before));
  report.at_end = median(end);
  report.after = median(after);
  const double growth = report.at_end - report.before;
  if (growth <= 3 * report.noise || growth <= 0) {
    report.verdict = DrainVerdict::no_growth;
    return report;
  }
  report.returned = (report.at_end - report.after) / growth;
  report.verdict = *report.returned >= most   ? DrainVerdict::came_back
                   : *report.returned >= some ? DrainVerdict::partly
                                              : DrainVerdict::kept;
  return report;
}

}  // namespace soundcheck::trend
