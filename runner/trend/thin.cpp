#include "runner/trend/thin.hpp"

#include <algorithm>
#include <vector>

#include "runner/trend/order.hpp"

namespace soundcheck::trend {

Series thin(std::span<const Point> series, std::size_t most) {
  if (series.size() <= most) return {series.begin(), series.end()};
  const double start = series.front().at;
  const double span = (series.back().at - start) / static_cast<double>(most);
  Series result;
  result.reserve(most);
  std::vector<double> times;
  std::vector<double> values;
  const auto finish_window = [&] {
    if (values.empty()) return;
    result.push_back({median(times), median(values)});
    times.clear();
    values.clear();
  };
  std::size_t window = 0;
  for (const Point& point : series) {
    const std::size_t mine = std::min(most - 1, static_cast<std::size_t>((point.at - start) / span));
    if (mine != window) finish_window();
    window = mine;
    times.push_back(point.at);
    values.push_back(point.value);
  }
  finish_window();
  return result;
}

}  // namespace soundcheck::trend
