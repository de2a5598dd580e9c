#include "runner/verdict/growth_per_hour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace soundcheck::verdict {

namespace {

/// Growth an hour below this objective's bound is no leak, above it is one.
trend::LeakCriteria with_bound(trend::LeakCriteria criteria, const profile::Bound& bound) {
  criteria.least_per_hour = bound.value;
  criteria.tolerated_per_hour = bound.value;
  return criteria;
}

trend::LeakCriteria usual_criteria(std::string_view unit) {
  if (unit == "bytes") return {.least_per_hour = 1e6, .tolerated_per_hour = 10e6, .least_growth = 2e6};
  if (unit == "count") return {.least_per_hour = 10, .tolerated_per_hour = 60, .least_growth = 5};
  return {};
}

std::string run_longer(const trend::LeakReport& report) {
  if (!report.needed_seconds) return ": make the run longer";
  return fmt::format(": run for {:.0f} min or longer", std::ceil(*report.needed_seconds / 60));
}

/// Why the growth could not even be estimated.
std::string why_nothing(const trend::LeakReport& report, std::size_t samples) {
  if (report.reason == trend::LeakReason::unseen)
    return fmt::format("for {:.0f} s of the load no sample could be taken", report.unseen_seconds);
  const std::string why =
      report.reason == trend::LeakReason::too_few_cycles
          ? "the series falls back from time to time, too rarely to know how far"
          : fmt::format("{} samples of the load are too few to tell the growth an hour", samples);
  return why + run_longer(report);
}

/// The level of a series that an objective sets as its last bound.
std::optional<double> limit_of(const profile::Objective& objective, const std::string& series) {
  const bool of_target = objective.metric == "target.memory" && series == "target.rss";
  const bool of_series = objective.metric == "monitors." + series && objective.aggregation == "max";
  if (!of_target && !of_series) return std::nullopt;
  const profile::Bound& last = objective.levels.back().bound;
  return last.upper() ? std::optional(last.value) : std::nullopt;
}

}  // namespace

std::optional<std::string_view> grown_series(std::string_view metric, std::string_view aggregation) {
  constexpr std::string_view monitors = "monitors.";
  if (metric == profile::target_growth_per_hour) return "target.rss";
  if (aggregation != profile::growth_per_hour || !metric.starts_with(monitors)) return std::nullopt;
  return metric.substr(monitors.size());
}

LeakRule LeakRules::of(std::string_view monitor, std::string_view series, std::string_view unit) const {
  const std::string full_name = fmt::format("{}.{}", monitor, series);
  LeakRule rule{usual_criteria(unit), false, {}};
  for (const profile::Objective& objective : objectives_) {
    if (objective.levels.empty()) continue;
    if (!rule.from_objective && grown_series(objective.metric, objective.aggregation) == full_name) {
      const double bound = objective.levels.front().bound.value;
      const double usual = rule.criteria.least_per_hour;
      rule.criteria.tolerated_per_hour = bound;
      rule.criteria.least_per_hour = usual > 0 ? std::min(usual, bound) : bound;
      rule.from_objective = true;
    }
    const std::optional<double> limit = limit_of(objective, full_name);
    if (limit && (!rule.criteria.limit || *limit < *rule.criteria.limit)) {
      rule.criteria.limit = limit;
      rule.limit = objective.name;
    }
  }
  return rule;
}

trend::Series points_until(const metrics::Series& series, double end) {
  trend::Series points;
  for (const metrics::SeriesPoint& point : series.points()) {
    if (point.at <= end) points.push_back({point.at, point.value});
  }
  return points;
}

GrowthPerHour judge_growth(const profile::Objective& objective, std::string_view unit,
                           const trend::Series& loaded, double load_seconds) {
  GrowthPerHour result;
  if (load_seconds < min_leak_seconds) {
    result.figure.no_data = fmt::format(
        "growth an hour cannot be told from {:.0f} s of load: run for 10 min, at least for {:.0f} s",
        load_seconds, min_leak_seconds);
    return result;
  }
  result.samples = loaded.size();
  for (std::size_t i = 0; i < objective.levels.size(); ++i) {
    trend::LeakCriteria criteria = with_bound(usual_criteria(unit), objective.levels[i].bound);
    criteria.load_seconds = load_seconds;
    const trend::LeakReport report = trend::judge_leak(loaded, criteria);
    if (report.steady.empty()) {
      result.figure.no_data = why_nothing(report, loaded.size());
      return result;
    }
    result.figure.value = report.growth_per_hour;
    result.range = report.growth_range;
    result.certain = report.verdict != trend::LeakVerdict::cannot_tell;
    if (!result.certain) {
      result.remark = fmt::format("cannot tell yet whether {} holds{}", objective.levels[i].bound.text,
                                  run_longer(report));
    }
    if (report.verdict == trend::LeakVerdict::no_leak) result.level = i;
    if (report.verdict != trend::LeakVerdict::leak) return result;
  }
  return result;
}

}  // namespace soundcheck::verdict
