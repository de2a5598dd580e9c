// The figures that a table of response times shows, read from a histogram once: count, mean, extremes and the
// percentiles that Locust's CSV files have. Plain values, pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "runner/metrics/histogram.hpp"

namespace soundcheck::metrics {

struct TimeTable {
  static constexpr std::array<double, 11> quantiles{0.50, 0.66, 0.75,  0.80,   0.90, 0.95,
                                                    0.98, 0.99, 0.999, 0.9999, 1.0};
  std::uint64_t count = 0;
  double mean = 0, min = 0, max = 0;                   ///< seconds
  std::array<double, quantiles.size()> at_quantile{};  ///< seconds

  double median() const { return at_quantile.front(); }
};

/// Of a histogram of microseconds. All zero if it is empty.
TimeTable time_table(const Histogram& histogram);

/// Of two neighbouring times: counts add up, of the rest the worse one stands, because percentiles cannot be
/// merged.
TimeTable worse_of(const TimeTable& first, const TimeTable& second);

}  // namespace soundcheck::metrics
