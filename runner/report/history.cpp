#include "runner/report/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include "runner/compare/figures.hpp"
#include "runner/metrics/main_metric.hpp"
#include "runner/report/text.hpp"
#include "runner/trend/mann_kendall.hpp"
#include "runner/trend/theil_sen.hpp"

namespace soundcheck::report {

namespace {

constexpr double certain = 0.01;  // chance of a false trend, either way
constexpr std::size_t column = 14;

struct Column {
  std::string title, figure;
};

std::string value_text(double value, std::string_view figure) {
  return human_value(value, compare::unit_of(figure), figure);
}

bool is_in(const std::string& figure, std::span<const StoredResult> runs) {
  return std::any_of(runs.begin(), runs.end(),
                     [&](const StoredResult& run) { return run.figures.contains(figure); });
}

std::vector<Column> columns_for(std::span<const StoredResult> runs,
                                const std::optional<std::string>& metric) {
  if (metric) return {{*metric, *metric}};
  std::vector<Column> columns;
  for (const core::Subsystem subsystem : core::all_subsystems) {
    const std::string name(core::to_string(subsystem));
    const std::string title = subsystem == core::Subsystem::ai_pipeline ? "ai" : name;
    const std::string main(core::info(metrics::main_metric(subsystem)).name);
    for (const auto& [short_name, figure] : {std::pair{std::string("p95"), main + ".p95"},
                                             std::pair{std::string("errors"), std::string("error_rate")},
                                             std::pair{std::string("rate"), std::string("rate")}}) {
      const std::string whole = name + "." + figure;
      if (is_in(whole, runs)) columns.push_back({title + " " + short_name, whole});
    }
  }
  return columns;
}

std::string cell(const StoredResult& run, const Column& wanted, bool with_error) {
  const auto found = run.figures.find(wanted.figure);
  if (found == run.figures.end()) return "-";
  const std::string value = value_text(found->second.value, wanted.figure);
  return with_error ? fmt::format("{} ± {}", value, value_text(found->second.error, wanted.figure)) : value;
}

/// "rises by 1.20 ms a run (12 runs, 99.7 % sure)".
std::string trend_text(std::span<const StoredResult> runs, const std::string& figure) {
  trend::Series series;
  for (const StoredResult& run : runs) {
    if (const auto found = run.figures.find(figure); found != run.figures.end())
      series.push_back({static_cast<double>(series.size()), found->second.value});
  }
  if (series.size() < min_trend_runs)
    return fmt::format("too few runs for a trend: {}, and {} are needed", series.size(), min_trend_runs);
  const trend::TheilSen slope = trend::theil_sen(series, 1 - 2 * certain);
  const trend::MannKendall test = trend::mann_kendall(series, slope.slope);
  const double chance = std::min(test.chance_up, test.chance_down);
  const bool rises = test.chance_up < test.chance_down;
  if (chance > certain || slope.slope == 0)
    return fmt::format("no certain trend over {} runs", series.size());
  const bool higher_is_better = compare::criteria_for(figure, 1).better == trend::Better::higher;
  return fmt::format("{} by {} a run over {} runs: {} ({} sure)", rises ? "rises" : "falls",
                     value_text(std::abs(slope.slope), figure), series.size(),
                     rises == higher_is_better ? "better" : "worse", human_percent(1 - chance));
}

std::string table_of(std::span<const StoredResult> runs, const std::optional<std::string>& metric) {
  const std::vector<Column> columns = columns_for(runs, metric);
  std::string text =
      fmt::format("Profile {}, system {}: {} run{}\n", printable(runs.front().profile_name),
                  printable(runs.front().system_name), runs.size(), runs.size() == 1 ? "" : "s");
  std::size_t widest = column;
  if (metric) widest = std::max<std::size_t>(26, columns_of(printable(*metric)) + 2);
  text += "  " + padded("started", 22) + padded("build", 12) + padded("verdict", 10);
  for (const Column& c : columns) text += padded(printable(c.title), widest);
  text += "file\n";
  for (const StoredResult& run : runs) {
    text += "  " + padded(printable(run.started_at), 22) + padded(printable(run.commit), 12) +
            padded(run.partial ? "partial" : printable(run.verdict), 10);
    for (const Column& c : columns) text += padded(cell(run, c, metric.has_value()), widest);
    text += printable(run.path) + "\n";
  }
  for (const Column& c : columns)
    text += fmt::format("  {}: {}\n", printable(c.figure), trend_text(runs, c.figure));
  return text;
}

}  // namespace

std::string history_text(std::vector<StoredResult> runs, const std::optional<std::string>& metric) {
  std::stable_sort(runs.begin(), runs.end(), [](const StoredResult& a, const StoredResult& b) {
    return std::pair(a.started_at, a.path) < std::pair(b.started_at, b.path);
  });
  std::map<std::pair<std::string, std::string>, std::vector<StoredResult>> groups;
  for (StoredResult& run : runs) {
    std::vector<StoredResult>& group = groups[{run.system_name, run.profile_name}];
    group.push_back(std::move(run));
  }
  std::string text;
  for (const auto& group : groups) {
    if (metric && !is_in(*metric, group.second)) continue;
    text += (text.empty() ? "" : "\n") + table_of(group.second, metric);
  }
  return text;
}

}  // namespace soundcheck::report
