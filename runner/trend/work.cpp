#include "runner/trend/work.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "runner/trend/autocorrelation.hpp"
#include "runner/trend/distribution.hpp"
#include "runner/trend/least_squares.hpp"
#include "runner/trend/mann_kendall.hpp"
#include "runner/trend/theil_sen.hpp"

namespace soundcheck::trend {

namespace {

double value_at(std::span<const Point> series, double at) {
  const auto next =
      std::upper_bound(series.begin(), series.end(), at, [](double t, const Point& p) { return t < p.at; });
  if (next == series.begin()) return series.front().value;
  if (next == series.end()) return series.back().value;
  const Point& before = *(next - 1);
  return before.value + (next->value - before.value) * (at - before.at) / (next->at - before.at);
}

/// Values less the persistence of the noise in them.
std::vector<double> whitened(const std::vector<double>& values, double persistence) {
  std::vector<double> result;
  for (std::size_t i = 1; i < values.size(); ++i) result.push_back(values[i] - persistence * values[i - 1]);
  return result;
}

struct Columns {
  std::vector<double> values, times, work;
};

LeastSquares regress(const Columns& columns, double persistence) {
  LeastSquares result{whitened(columns.values, persistence)};
  result.add(whitened(std::vector<double>(columns.values.size(), 1.0), persistence));
  result.add(whitened(columns.times, persistence));
  result.add(whitened(columns.work, persistence));
  return result;
}

GrowthFollows what_it_follows(const Columns& columns, double confidence) {
  const LeastSquares rough = regress(columns, 0);
  if (rough.columns() < 3) return GrowthFollows::either;
  const LeastSquares fit = regress(columns, persistence(rough.residuals(), 3));
  if (fit.columns() < 3) return GrowthFollows::either;
  const auto n = static_cast<double>(columns.values.size());
  const auto lags = static_cast<std::size_t>(2 * std::cbrt(n));
  const double needed = student_quantile((1 + confidence) / 2, std::max(2.0, n - 4));
  const std::vector<double> coefficients = fit.coefficients();
  const auto counts = [&](std::size_t column) {
    return coefficients[column] > needed * fit.error(column, lags);
  };
  const bool with_time = counts(1), with_work = counts(2);
  if (with_time == with_work) return GrowthFollows::either;
  return with_work ? GrowthFollows::work : GrowthFollows::time;
}

}  // namespace

std::string_view name_of(GrowthFollows follows) {
  switch (follows) {
    case GrowthFollows::work:
      return "work";
    case GrowthFollows::time:
      return "time";
    case GrowthFollows::either:
      return "either";
  }
  return "";
}

WorkReport growth_by_work(std::span<const Point> steady, std::span<const Point> done, double confidence) {
  WorkReport report;
  if (steady.size() < 6 || done.size() < 2) return report;
  Series by_work;
  Columns columns;
  for (const Point& point : steady) {
    by_work.push_back({value_at(done, point.at), point.value});
    columns.times.push_back(point.at - steady.front().at);
    columns.work.push_back(by_work.back().at - by_work.front().at);
    columns.values.push_back(point.value - steady.front().value);
  }
  if (by_work.back().at <= by_work.front().at) return report;
  const double rough = theil_sen(by_work, confidence).slope;
  std::vector<double> rest;
  for (const Point& point : by_work) rest.push_back(point.value - rough * point.at);
  const MannKendall trend = mann_kendall(by_work, rough, persistence(rest, 2));
  const TheilSen slope = theil_sen(by_work, confidence, trend.inflation);
  report.per_unit = slope.slope;
  report.range = slope.interval;
  report.follows = what_it_follows(columns, confidence);
  return report;
}

}  // namespace soundcheck::trend
