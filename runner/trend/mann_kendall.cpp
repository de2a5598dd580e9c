#include "runner/trend/mann_kendall.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "runner/trend/autocorrelation.hpp"
#include "runner/trend/distribution.hpp"
#include "runner/trend/order.hpp"

namespace soundcheck::trend {

namespace {

double score(std::span<const Point> series) {
  double s = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (std::size_t j = i + 1; j < series.size(); ++j) {
      s += static_cast<double>(series[j].value > series[i].value) -
           static_cast<double>(series[j].value < series[i].value);
    }
  }
  return s;
}

/// Kendall 1975: n(n - 1)(2n + 5) / 18, less the same for every group of equal values.
double variance_of_score(std::span<const Point> series) {
  std::vector<double> values;
  values.reserve(series.size());
  for (const Point& point : series) values.push_back(point.value);
  std::sort(values.begin(), values.end());
  const auto term = [](double n) { return n * (n - 1) * (2 * n + 5); };
  double sum = term(static_cast<double>(values.size()));
  for (std::size_t first = 0; first < values.size();) {
    std::size_t last = first;
    while (last < values.size() && values[last] == values[first]) ++last;
    sum -= term(static_cast<double>(last - first));
    first = last;
  }
  return sum / 18;
}

/// Hamed and Rao 1998, eq. 10: 1 + 2 / (n(n - 1)(n - 2)) x the sum over lags of
/// (n - i)(n - i - 1)(n - i - 2) rho(i).
template <class Rho>
double hamed_rao(std::size_t count, std::size_t lags, Rho&& rho) {
  const auto n = static_cast<double>(count);
  double sum = 0;
  for (std::size_t lag = 1; lag <= lags; ++lag) {
    const auto i = static_cast<double>(lag);
    sum += (n - i) * (n - i - 1) * (n - i - 2) * rho(lag);
  }
  return 1 + 2 * sum / (n * (n - 1) * (n - 2));
}

double inflation_of(std::span<const Point> series, double slope, double persistence) {
  const std::size_t n = series.size();
  if (n < 4) return 1;
  std::vector<double> rest;
  rest.reserve(n);
  for (const Point& point : series) rest.push_back(point.value - slope * point.at);
  const std::vector<double> order = ranks(rest);
  // Only lags that differ from zero with 95 % confidence count; the first that does not ends the sum, for
  // single late lags are chance.
  const double significant = 1.96 / std::sqrt(static_cast<double>(n));
  std::size_t lags = 0;
  std::vector<double> rho{1};
  while (lags + 1 < n / 4) {
    const double next = autocorrelation(order, lags + 1);
    if (std::abs(next) < significant) break;
    rho.push_back(next);
    ++lags;
  }
  const double estimated = hamed_rao(n, lags, [&](std::size_t lag) { return rho[lag]; });
  const double known =
      hamed_rao(n, n - 1, [&](std::size_t lag) { return std::pow(persistence, static_cast<double>(lag)); });
  return std::max({1.0, estimated, known});
}

}  // namespace

MannKendall mann_kendall(std::span<const Point> series, double slope, double persistence) {
  MannKendall result;
  result.s = score(series);
  result.variance = variance_of_score(series);
  result.inflation = inflation_of(series, slope, persistence);
  // Without variance all values are equal, and s is 0.
  if (result.variance > 0) {
    const double towards_zero = result.s > 0 ? -1 : result.s < 0 ? 1 : 0;
    result.z = (result.s + towards_zero) / std::sqrt(result.variance * result.inflation);
  }
  result.chance_up = 1 - normal_chance(result.z);
  result.chance_down = normal_chance(result.z);
  return result;
}

}  // namespace soundcheck::trend
