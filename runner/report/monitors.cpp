#include "runner/report/monitors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "runner/report/leaks.hpp"
#include "runner/report/lookup.hpp"
#include "runner/report/svg_chart.hpp"
#include "runner/report/text.hpp"
#include "runner/report/trend_json.hpp"
#include "runner/verdict/worst_level.hpp"

namespace soundcheck::report {

namespace {

using metrics::MonitorRecord;
using metrics::SeriesPoint;
using metrics::SeriesRecord;
using verdict::SeriesFigures;

constexpr auto one_line = JsonWriter::Layout::one_line;

/// Every run has them, and the reports show them in places of their own.
bool always_there(const MonitorRecord& record) {
  return record.name == "target" || record.name == "generator";
}

std::string metric_name(const MonitorRecord& monitor, const SeriesRecord& series) {
  return fmt::format("monitors.{}.{}", monitor.name, series.name);
}

void write_series(JsonWriter& json, const SeriesRecord& series, const SeriesFigures& figures) {
  json.key(series.name);
  json.begin_object();
  json.member("unit", series.unit);
  json.member("samples", figures.samples);
  json.member("first", figures.first);
  json.member("last", figures.last);
  json.member("min", figures.min);
  json.member("max", figures.max);
  json.member("mean", figures.mean);
  json.member("growth", figures.growth);
  json.member("no_data", series.trouble);
  json.key("points");
  json.begin_array(one_line);
  for (const SeriesPoint& point : series.series.points()) {
    json.begin_array(one_line);
    json.value(point.at);
    json.value(point.value);
    if (point.samples > 1) {
      json.value(point.min);
      json.value(point.max);
    }
    json.end();
  }
  json.end();
  json.end();
}

/// Empty if the series has no values.
std::string chart_of(const MonitorRecord& monitor, const SeriesRecord& series, double warm_up_seconds) {
  Chart chart;
  chart.title = with_spaces(series.name);
  chart.lines.push_back({monitor.name, "a", {}, Line::Join::mean, true});
  chart.warm_up_seconds = warm_up_seconds;
  chart.label = [&series, metric = metric_name(monitor, series)](double v) {
    return human_value(v, series.unit, metric);
  };
  for (const SeriesPoint& point : series.series.points()) {
    chart.at.push_back(point.at);
    chart.lines.front().values.emplace_back(point.value);
  }
  return svg_chart(chart);
}

/// Of the worst objective about the metric.
std::string mark_of(const RunResult& result, const std::string& metric, const Paint& paint) {
  const ObjectiveResult* worst = nullptr;
  for (const ObjectiveResult& o : result.objectives) {
    if (o.metric != metric) continue;
    if (worst == nullptr || verdict::severity(o.level) > verdict::severity(worst->level)) worst = &o;
  }
  return worst == nullptr ? " " : paint.mark(worst->level);
}

/// A sentence for each series that leaks or cannot be told; the others in one.
std::string leaks_of(const MonitorResult& monitor, const Paint& paint) {
  std::string text;
  std::vector<std::string> none;
  for (const LeakResult& leak : monitor.leaks) {
    if (leak.report.verdict == trend::LeakVerdict::no_leak) none.push_back(with_spaces(leak.series));
    if (leak.report.verdict == trend::LeakVerdict::leak)
      text += fmt::format("  {}\n", paint.red(leak_sentence(leak)));
    if (leak.report.verdict == trend::LeakVerdict::cannot_tell)
      text += fmt::format("  {}\n", leak_sentence(leak));
  }
  if (!none.empty()) text += fmt::format("  no leak: {} (99 % sure)\n", fmt::join(none, ", "));
  return text;
}

}  // namespace

void write_monitors(JsonWriter& json, const RunResult& result) {
  json.key("monitors");
  json.begin_object();
  for (const MonitorResult& monitor : result.monitors) {
    const MonitorRecord& record = monitor.record;
    json.key(record.name);
    json.begin_object();
    json.member("kind", record.kind);
    json.member("source", record.source);
    json.member("every_seconds", record.every_seconds);
    json.member("samples", record.samples);
    json.member("failed", record.failed);
    json.member("missed", record.missed);
    json.key("troubles");
    json.begin_array();
    for (const metrics::MonitorTrouble& trouble : record.troubles) {
      json.begin_object(one_line);
      json.member("text", trouble.text);
      json.member("count", trouble.count);
      json.member("first_at", trouble.first_at);
      json.member("last_at", trouble.last_at);
      json.end();
    }
    json.end();
    json.key("series");
    json.begin_object();
    for (std::size_t i = 0; i < record.series.size(); ++i)
      write_series(json, record.series[i], monitor.figures[i]);
    json.end();
    if (!always_there(record)) write_leaks(json, monitor.leaks);
    json.end();
  }
  json.end();
}

std::string monitors_block(const RunResult& result, const Paint& paint) {
  std::size_t widest = 18;
  for (const MonitorResult& monitor : result.monitors) {
    if (always_there(monitor.record)) continue;
    for (const SeriesRecord& series : monitor.record.series)
      widest = std::max(widest, columns_of(with_spaces(series.name)));
  }
  std::string text;
  for (const MonitorResult& monitor : result.monitors) {
    const MonitorRecord& record = monitor.record;
    if (always_there(record)) continue;
    text += fmt::format("\n{} {} ({}): {} samples", paint.bold("Monitor"), printable(record.name),
                        printable(record.source), human_count(record.samples));
    if (record.failed > 0) text += ", " + paint.red(human_count(record.failed) + " failed");
    if (record.missed > 0)
      text += ", " + paint.yellow(human_count(record.missed) + " missed: it was too slow");
    text += "\n";
    if (record.samples > 0)
      text += fmt::format("  {}{:>12}{:>12}{:>12}{:>12}{:>12}\n", padded("", widest), "first", "last", "min",
                          "max", "mean");
    for (std::size_t i = 0; i < record.series.size(); ++i) {
      const SeriesRecord& series = record.series[i];
      const SeriesFigures& figures = monitor.figures[i];
      if (figures.samples == 0) continue;
      text += fmt::format("{} {}", mark_of(result, metric_name(record, series), paint),
                          padded(with_spaces(series.name), widest));
      for (const auto& value : {figures.first, figures.last, figures.min, figures.max, figures.mean}) {
        const std::string cell = value ? human_value(*value, series.unit, metric_name(record, series)) : "-";
        text += std::string(12 - std::min<std::size_t>(11, columns_of(cell)), ' ') + cell;
      }
      text += "\n";
    }
    text += leaks_of(monitor, paint);
    for (const metrics::MonitorTrouble& trouble : record.troubles)
      text += fmt::format("  {} {} × {}\n", paint.yellow("?"), human_count(trouble.count),
                          printable(trouble.text));
  }
  return text;
}

std::string own_house(const RunResult& result) {
  const auto ours = std::find_if(result.monitors.begin(), result.monitors.end(),
                                 [](const MonitorResult& m) { return m.record.name == "generator"; });
  if (ours == result.monitors.end()) return {};
  std::string text;
  for (std::size_t i = 0; i < ours->record.series.size(); ++i) {
    const SeriesRecord& series = ours->record.series[i];
    const SeriesFigures& figures = ours->figures[i];
    if (!figures.first || (series.name != "rss" && series.name != "descriptors" && series.name != "threads"))
      continue;
    text += fmt::format("{}{} {} → {}", text.empty() ? "  over the run: " : ", ",
                        series.name == "rss" ? "memory" : series.name,
                        human_value(*figures.first, series.unit, series.name),
                        human_value(*figures.last, series.unit, series.name));
  }
  return text.empty() ? text : text + "\n";
}

std::string monitors_section(const RunResult& result) {
  std::string text;
  for (const MonitorResult& monitor : result.monitors) {
    const MonitorRecord& record = monitor.record;
    if (record.name == "target") continue;  // its process has charts already
    std::string charts;
    for (const SeriesRecord& series : record.series)
      charts += chart_of(record, series, result.warm_up_seconds);
    std::string troubles;
    for (const metrics::MonitorTrouble& trouble : record.troubles)
      troubles +=
          fmt::format("<p class=\"soft\">{} × {}</p>\n", human_count(trouble.count), escaped(trouble.text));
    if (charts.empty() && troubles.empty()) continue;
    text += fmt::format("<h3>{}</h3>\n",
                        escaped(always_there(record) ? "Soundcheck itself"
                                                     : fmt::format("{} ({})", record.name, record.source)));
    text += troubles;
    if (!charts.empty()) text += "<div class=\"charts\">\n" + charts + "</div>\n";
  }
  return text.empty() ? text : "<h2>Beside the load</h2>\n" + text;
}

}  // namespace soundcheck::report
