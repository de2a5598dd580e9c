#include "runner/verdict/memory_growth.hpp"

#include <fmt/format.h>

#include <vector>

#include "runner/verdict/growth.hpp"

namespace soundcheck::verdict {

Figure memory_growth(std::span<const MemorySample> samples, double warm_up_seconds) {
  std::vector<double> sizes;
  for (const MemorySample& sample : samples) {
    if (sample.at >= warm_up_seconds) sizes.push_back(static_cast<double>(sample.rss_bytes));
  }
  if (sizes.size() < 2 * min_memory_samples) {
    return {std::nullopt,
            fmt::format("only {} memory samples after the warm-up, {} are needed: make the run longer",
                        sizes.size(), 2 * min_memory_samples)};
  }
  return {growth(sizes), {}};
}

}  // namespace soundcheck::verdict
