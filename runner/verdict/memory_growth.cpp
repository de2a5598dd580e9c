#include "runner/verdict/memory_growth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace soundcheck::verdict {

namespace {

/// `values` must not be empty.
double median(std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const auto upper = static_cast<double>(values[middle]);
  return values.size() % 2 == 1 ? upper : (static_cast<double>(values[middle - 1]) + upper) / 2;
}

}  // namespace

Figure memory_growth(std::span<const MemorySample> samples, double warm_up_seconds) {
  std::vector<std::uint64_t> sizes;
  for (const MemorySample& sample : samples) {
    if (sample.at >= warm_up_seconds) sizes.push_back(sample.rss_bytes);
  }
  if (sizes.size() < 2 * min_memory_samples) {
    return {std::nullopt,
            fmt::format("only {} memory samples after the warm-up, {} are needed: make the run longer",
                        sizes.size(), 2 * min_memory_samples)};
  }
  const auto end = static_cast<std::ptrdiff_t>(std::max(min_memory_samples, sizes.size() / 10));
  return {median({sizes.end() - end, sizes.end()}) - median({sizes.begin(), sizes.begin() + end}), {}};
}

}  // namespace soundcheck::verdict
