#include "runner/trend/length.hpp"

#include <algorithm>
#include <cmath>

namespace soundcheck::trend {

namespace {
constexpr std::size_t few_points = 100;
constexpr double longest_run = 7 * 24 * 3600.0;
}  // namespace

std::size_t points_for(std::size_t samples) {
  return std::clamp(samples / 3, std::min(samples, few_points), most_points);
}

double seconds_for(double seconds, double half_width, double wanted_half_width) {
  const double factor = std::pow(half_width / wanted_half_width, 2.0 / 3.0);
  return std::min(seconds * std::max(1.25, factor), longest_run);
}

}  // namespace soundcheck::trend
