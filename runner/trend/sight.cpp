#include "runner/trend/sight.hpp"

#include <algorithm>
#include <vector>

#include "runner/trend/order.hpp"

namespace soundcheck::trend {

double unseen_seconds(std::span<const Point> series, double from, double to) {
  if (series.empty()) return std::max(0.0, to - from);
  std::vector<double> distances;
  for (std::size_t i = 1; i < series.size(); ++i) distances.push_back(series[i].at - series[i - 1].at);
  double longest = std::max(series.front().at - from, to - series.back().at);
  double usual = 0;
  if (!distances.empty()) {
    longest = std::max(longest, *std::max_element(distances.begin(), distances.end()));
    usual = median(std::move(distances));
  }
  return longest > std::max((to - from) / 4, 2.5 * usual) ? longest : 0;
}

}  // namespace soundcheck::trend
