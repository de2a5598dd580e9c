#include <fmt/format.h>

#include "runner/profile/monitors.hpp"

namespace soundcheck::profile {

namespace {

void add(std::vector<ObjectiveMetric>& metrics, std::string_view monitor,
         const std::vector<MonitorSeries>& all) {
  for (const MonitorSeries& series : all) {
    ObjectiveMetric& metric = metrics.emplace_back();
    metric.name = fmt::format("monitors.{}.{}", monitor, series.name);
    metric.unit = series.unit;
    metric.series = true;
  }
}

}  // namespace

std::vector<ObjectiveMetric> monitor_metrics(const System& system) {
  std::vector<ObjectiveMetric> metrics;
  add(metrics, target_monitor, own_series());
  add(metrics, generator_monitor, own_series());
  for (const Monitor& monitor : system.monitors) add(metrics, monitor.name, series_of(monitor));
  return metrics;
}

const std::vector<std::string>& monitor_aggregations() {
  static const std::vector<std::string> names{"max",  "min",    "mean",
                                              "last", "growth", std::string(growth_per_hour)};
  return names;
}

}  // namespace soundcheck::profile
