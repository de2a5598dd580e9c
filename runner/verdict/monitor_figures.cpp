#include "runner/verdict/monitor_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "runner/trend/sight.hpp"
#include "runner/verdict/growth.hpp"

namespace soundcheck::verdict {

namespace {

std::optional<double> aggregate(const SeriesFigures& figures, std::string_view aggregation) {
  if (aggregation == "max") return figures.max;
  if (aggregation == "min") return figures.min;
  if (aggregation == "mean") return figures.mean;
  if (aggregation == "last") return figures.last;
  if (aggregation == "growth") return figures.growth;
  return std::nullopt;
}

/// Why the samples cannot stand for the time that counts; empty if they can. What a target shows only while
/// it is well is no pass: it stops answering when it is overloaded.
std::string why_not_seen(const FoundSeries& found, const MeasuredTime& time) {
  trend::Series seen;
  for (const metrics::SeriesPoint& point : found.series->series.points()) {
    if (point.at >= time.from && point.at <= time.to) seen.push_back({point.at, point.value});
  }
  if (seen.empty()) return "";
  const double to = std::isfinite(time.to) ? time.to : seen.back().at;
  const double unseen = trend::unseen_seconds(seen, time.from, to);
  if (!(unseen > 0)) return "";
  const std::string trouble =
      found.monitor->troubles.empty() ? "" : ": " + found.monitor->troubles.back().text;
  return fmt::format("for {:.0f} s of {:.0f} s no sample could be taken{}", unseen, to - time.from, trouble);
}

std::string why_no_data(const FoundSeries& found, const SeriesFigures& figures) {
  if (figures.samples > 0)
    return fmt::format("only {} samples after the warm-up, {} are needed: make the run longer",
                       figures.samples, 2 * min_end_samples);
  return why_no_sample(*found.monitor, *found.series);
}

}  // namespace

SeriesFigures figures_of(const metrics::Series& series, const MeasuredTime& time) {
  SeriesFigures figures;
  std::vector<double> values;
  double sum = 0;
  for (const metrics::SeriesPoint& point : series.points()) {
    if (point.at < time.from || point.at > time.to) continue;
    if (!figures.first) figures.first = point.value;
    figures.last = point.value;
    figures.min = std::min(figures.min.value_or(point.min), point.min);
    figures.max = std::max(figures.max.value_or(point.max), point.max);
    sum += point.value * static_cast<double>(point.samples);
    figures.samples += point.samples;
    values.push_back(point.value);
  }
  if (figures.samples > 0) figures.mean = sum / static_cast<double>(figures.samples);
  if (values.size() >= 2 * min_end_samples) figures.growth = growth(values);
  return figures;
}

FoundSeries find_series(std::span<const metrics::MonitorRecord> monitors, std::string_view what) {
  const std::size_t dot = what.find('.');
  const std::string_view name = what.substr(0, dot);
  const auto monitor =
      std::find_if(monitors.begin(), monitors.end(), [&](const auto& m) { return m.name == name; });
  if (monitor == monitors.end() || dot == std::string_view::npos)
    return {nullptr, nullptr, fmt::format("no monitor called \"{}\" ran: declare it under `monitors`", name)};
  const auto series = std::find_if(monitor->series.begin(), monitor->series.end(),
                                   [&](const auto& s) { return s.name == what.substr(dot + 1); });
  if (series == monitor->series.end())
    return {
        nullptr, nullptr,
        fmt::format("the monitor {} has no series \"{}\": see docs/monitors.md", name, what.substr(dot + 1))};
  return {&*monitor, &*series, {}};
}

std::string why_no_sample(const metrics::MonitorRecord& monitor, const metrics::SeriesRecord& series) {
  if (!series.trouble.empty()) return series.trouble;
  if (!monitor.troubles.empty()) return monitor.troubles.back().text;
  return "no sample was taken after the warm-up: make the run longer, or `every` of the monitor shorter";
}

SeriesFigure monitor_figure(std::span<const metrics::MonitorRecord> monitors, std::string_view what,
                            std::string_view aggregation, const MeasuredTime& time) {
  const FoundSeries found = find_series(monitors, what);
  if (found.series == nullptr) return {{std::nullopt, found.problem}, {}, 0};
  const SeriesFigures figures = figures_of(found.series->series, time);
  SeriesFigure result{{aggregate(figures, aggregation), {}}, found.series->unit, figures.samples};
  if (!result.figure.value) {
    result.figure.no_data = why_no_data(found, figures);
  } else if (std::string unseen = why_not_seen(found, time); !unseen.empty()) {
    result.figure = {std::nullopt, std::move(unseen)};
  }
  return result;
}

}  // namespace soundcheck::verdict
