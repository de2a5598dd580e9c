#include "runner/verdict/growth.hpp"

#include <algorithm>
#include <vector>

namespace soundcheck::verdict {

namespace {

/// `values` must not be empty.
double median(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace

double growth(std::span<const double> values) {
  const std::size_t end = std::max(min_end_samples, values.size() / 10);
  return median(values.last(end)) - median(values.first(end));
}

}  // namespace soundcheck::verdict
