#include "runner/metrics/time_table.hpp"

#include <algorithm>

namespace soundcheck::metrics {

TimeTable time_table(const Histogram& histogram) {
  TimeTable table;
  table.count = histogram.count();
  table.mean = histogram.mean() / 1e6;
  table.min = static_cast<double>(histogram.min()) / 1e6;
  table.max = static_cast<double>(histogram.max()) / 1e6;
  for (std::size_t i = 0; i < table.at_quantile.size(); ++i) {
    const std::int64_t micro = histogram.quantile(TimeTable::quantiles[i]).value_or(0);
    table.at_quantile[i] = static_cast<double>(micro) / 1e6;
  }
  return table;
}

TimeTable worse_of(const TimeTable& first, const TimeTable& second) {
  if (first.count == 0 || second.count == 0) return first.count == 0 ? second : first;
  TimeTable worse = first;
  worse.count += second.count;
  worse.mean = std::max(first.mean, second.mean);
  worse.min = std::min(first.min, second.min);
  worse.max = std::max(first.max, second.max);
  for (std::size_t i = 0; i < worse.at_quantile.size(); ++i)
    worse.at_quantile[i] = std::max(first.at_quantile[i], second.at_quantile[i]);
  return worse;
}

}  // namespace soundcheck::metrics
