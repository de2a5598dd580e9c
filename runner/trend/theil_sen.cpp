#include "runner/trend/theil_sen.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "runner/trend/distribution.hpp"
#include "runner/trend/order.hpp"

namespace soundcheck::trend {

TheilSen theil_sen(std::span<const Point> series, double confidence, double inflation) {
  std::vector<double> slopes;
  if (!series.empty()) slopes.reserve(series.size() * (series.size() - 1) / 2);
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (std::size_t j = i + 1; j < series.size(); ++j) {
      const double seconds = series[j].at - series[i].at;
      if (seconds > 0) slopes.push_back((series[j].value - series[i].value) / seconds);
    }
  }
  TheilSen result;
  if (slopes.empty()) return result;
  const auto n = static_cast<double>(series.size());
  const auto pairs = static_cast<double>(slopes.size());
  const double deviation = std::sqrt(n * (n - 1) * (2 * n + 5) / 18 * inflation);
  const double reach = normal_quantile((1 + confidence) / 2) * deviation;
  const auto ranked = [&](double rank) {
    const auto at = slopes.begin() + static_cast<std::ptrdiff_t>(std::clamp(rank, 0.0, pairs - 1));
    std::nth_element(slopes.begin(), at, slopes.end());
    return *at;
  };
  // Sen 1968: the M1-th and the (M2 + 1)-th smallest slope, M = (pairs -+ reach) / 2, counted from 1.
  result.interval = {ranked(std::floor((pairs - reach) / 2) - 1), ranked(std::ceil((pairs + reach) / 2))};
  result.slope = median(std::move(slopes));
  std::vector<double> intercepts;
  intercepts.reserve(series.size());
  for (const Point& point : series) intercepts.push_back(point.value - result.slope * point.at);
  result.intercept = median(std::move(intercepts));
  return result;
}

}  // namespace soundcheck::trend
