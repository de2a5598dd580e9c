#include "runner/monitor/prometheus_monitor.hpp"

#include <fmt/format.h>

namespace soundcheck::monitor {

PrometheusMonitor::PrometheusMonitor(HttpSource source, const std::vector<profile::ScrapedSeries>& series)
    : source_(std::move(source)), series_(series.begin(), series.end()) {}

Reading PrometheusMonitor::sample(core::TimePoint now, core::TimePoint deadline) {
  const auto body = source_.get(deadline);
  if (body.index() == 1) return Reading::failed(series_.size(), std::get<1>(body));
  return read(now, std::get<0>(body));
}

Reading PrometheusMonitor::read(core::TimePoint now, std::string_view scrape) {
  const auto parsed = parse_exposition(scrape);
  if (const auto* error = std::get_if<ExpositionError>(&parsed))
    return Reading::failed(series_.size(),
                           fmt::format("{} does not answer in the text format of Prometheus: line {}: {} is "
                                       "expected; check the path of its url",
                                       source_.shown(), error->line, error->text));
  Reading reading(series_.size());
  for (std::size_t i = 0; i < series_.size(); ++i) {
    auto value = series_[i].add(now, std::get<std::vector<ExposedSample>>(parsed));
    if (auto* problem = std::get_if<std::string>(&value)) {
      reading.troubles.push_back({std::move(*problem), {i}});
    } else {
      reading.values[i] = std::get<std::optional<double>>(value);
    }
  }
  return reading;
}

}  // namespace soundcheck::monitor
