#include "runner/verdict/objectives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "runner/verdict/growth_per_hour.hpp"
#include "runner/verdict/levels.hpp"
#include "runner/verdict/worst_level.hpp"

namespace soundcheck::verdict {

namespace {

/// A value with the number of samples behind it, or the reason why there is none.
struct Reading {
  Figure figure;
  std::string unit;
  std::uint64_t samples = 0;
  std::string remark;
};

/// Why a subsystem or task has no value of some kind, and what to do.
std::string why_no_data(const metrics::TaskRecord& record, std::string_view what) {
  const auto succeeded = static_cast<std::uint64_t>(record.counter(core::Counter::succeeded));
  const std::uint64_t failed = record.failed();
  if (succeeded + failed == 0) {
    return "nothing ended after the warm-up: make the run longer, or the warm-up shorter";
  }
  if (succeeded == 0) {
    const auto most = std::max_element(record.failures.begin(), record.failures.end());
    const auto stage = static_cast<core::Stage>(most - record.failures.begin());
    return fmt::format("all {} attempts failed, most at {}: mend that first, see the failures", failed,
                       core::to_string(stage));
  }
  return fmt::format(
      "{} tasks succeeded, but none gave a value of {}: the target does not report it, or the steps of "
      "the system file do not reach it",
      succeeded, what);
}

/// What an objective is about, in words: its task, its tag or its subsystem ran nothing.
std::string why_no_task(core::Subsystem subsystem, const profile::Objective& objective) {
  const std::string_view name = core::to_string(subsystem);
  if (objective.task) {
    return fmt::format("no task named \"{}\" ran in {}: name one that has a weight above 0", *objective.task,
                       name);
  }
  if (objective.tag) return fmt::format("no task tagged \"{}\" ran in {}", *objective.tag, name);
  return fmt::format("{} ran no tasks: describe it in the system file, or remove this objective", name);
}

metrics::TaskRecord merged(const std::vector<core::TaskId>& tasks, const EvaluationInput& input) {
  metrics::TaskRecord sum;
  for (const core::TaskId task : tasks) sum.merge(input.totals[task]);
  return sum;
}

Reading read_subsystem(core::Subsystem subsystem, const profile::Objective& objective, std::string_view what,
                       const EvaluationInput& input, const OverTime& over_time) {
  Reading reading;
  const std::optional<Measure> measure = Measure::of(objective, input.tasks);
  if (!measure) {
    reading.figure.no_data =
        fmt::format("there is no metric \"{}\": see the metrics in docs/metrics.md", what);
    return reading;
  }
  reading.unit = objective.stability ? "ratio" : measure->unit();
  if (measure->tasks().empty()) {
    reading.figure.no_data = why_no_task(subsystem, objective);
    return reading;
  }
  Sum sum;
  measure->add(input.totals, sum);
  if (objective.over || objective.stability) {
    reading.figure = over_time.figure;
    reading.samples = over_time.samples;
    reading.remark = over_time.remark;
    if (reading.figure.value || measure->samples(sum) > 0) return reading;
  } else {
    reading.figure.value = measure->value(sum, input.measured_seconds);
    reading.samples = measure->samples(sum);
  }
  if (!reading.figure.value) {
    reading.figure.no_data = why_no_data(merged(measure->tasks(), input), what);
  } else if (measure->distribution() == core::Metric::rtf) {
    reading.remark = rtf_source(merged(measure->tasks(), input));
  }
  return reading;
}

Reading read_target(std::string_view what, const EvaluationInput& input) {
  if (what == "memory_growth") return {input.memory_growth, "bytes", 1, {}};
  if (what == "memory") return {input.target_memory, "bytes", 1, {}};
  if (what == "cpu") return {input.target_cpu, "cores", 1, {}};
  if (what == "cpu_share") {
    Figure share = input.target_cpu;
    if (share.value && input.target_cores == 0) {
      share = {std::nullopt, "the number of the target's cores is unknown: use target.cpu"};
    } else if (share.value) {
      *share.value /= input.target_cores;
    }
    return {share, "ratio", 1, {}};
  }
  return {
      {std::nullopt, fmt::format("there is no metric \"target.{}\": see docs/metrics.md", what)}, {}, 0, {}};
}

ObjectiveResult unjudged(const profile::Objective& objective) {
  ObjectiveResult result;
  result.name = objective.name;
  result.metric = objective.metric;
  result.aggregation = objective.aggregation;
  result.subsystem = core::subsystem_from_string(split_metric(objective.metric).first);
  result.task = objective.task;
  result.tag = objective.tag;
  if (objective.over) result.over_seconds = core::to_seconds(*objective.over);
  result.stability = objective.stability;
  for (const profile::ObjectiveLevel& level : objective.levels)
    result.bounds.emplace_back(level.name, level.bound.text);
  result.worst = objective.worst;
  return result;
}

/// `level`: the best one whose bound holds; absent if none does.
void reach(std::optional<std::size_t> level, const profile::Objective& objective, ObjectiveResult& result) {
  result.level = !level ? Level::critical : *level == 0 ? Level::target : Level::warning;
  result.level_name = level ? objective.levels[*level].name : objective.worst;
}

/// `what` is NAME.SERIES. A growth that cannot be told is no pass: it counts as no data.
void evaluate_growth(const profile::Objective& objective, std::string_view what, const EvaluationInput& input,
                     ObjectiveResult& result) {
  const FoundSeries found = find_series(input.monitors, what);
  if (found.series == nullptr) {
    result.remark = found.problem;
    return;
  }
  result.unit = found.series->unit + "/h";
  const trend::Series loaded = points_until(found.series->series, input.measured_time.to);
  if (loaded.empty()) {
    result.remark = why_no_sample(*found.monitor, *found.series);
    return;
  }
  const GrowthPerHour growth = judge_growth(objective, found.series->unit, loaded, input.measured_time.to);
  result.value = growth.figure.value;
  if (!growth.figure.value) {
    result.remark = growth.figure.no_data;
    if (!found.monitor->troubles.empty()) result.remark += ": " + found.monitor->troubles.back().text;
    return;
  }
  result.range = growth.range;
  result.samples = growth.samples;
  if (growth.certain) {
    reach(growth.level, objective, result);
  } else {
    result.level_name = "cannot_tell";
    result.remark = growth.remark;
  }
}

Level worse(Level a, Level b) { return severity(a) >= severity(b) ? a : b; }

}  // namespace

ObjectiveResult evaluate(const profile::Objective& objective, const EvaluationInput& input,
                         const OverTime& over_time) {
  const auto [owner, what] = split_metric(objective.metric);
  ObjectiveResult result = unjudged(objective);
  if (const auto series = grown_series(objective.metric, objective.aggregation)) {
    evaluate_growth(objective, *series, input, result);
    return result;
  }
  Reading reading;
  if (result.subsystem) {
    reading = read_subsystem(*result.subsystem, objective, what, input, over_time);
  } else if (owner == "target") {
    reading = read_target(what, input);
  } else if (owner == "monitors") {
    const SeriesFigure figure =
        monitor_figure(input.monitors, what, objective.aggregation, input.measured_time);
    reading = {figure.figure, figure.unit, figure.samples, {}};
  } else {
    reading.figure.no_data = fmt::format("there is no metric \"{}\": see docs/metrics.md", objective.metric);
  }
  result.unit = reading.unit;
  if (!reading.figure.value) {
    result.remark = reading.figure.no_data;
    return result;
  }
  result.value = reading.figure.value;
  result.samples = reading.samples;
  result.remark = reading.remark;
  reach(level_reached(objective, *result.value), objective, result);
  return result;
}

std::vector<ObjectiveResult> evaluate_all(std::span<const profile::Objective> objectives,
                                          const EvaluationInput& input) {
  std::vector<ObjectiveResult> results;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const profile::Objective& objective = objectives[i];
    const auto subsystem = core::subsystem_from_string(split_metric(objective.metric).first);
    if (subsystem && input.skipped[static_cast<std::size_t>(*subsystem)]) continue;
    results.push_back(
        evaluate(objective, input, i < input.over_time.size() ? input.over_time[i] : OverTime{}));
    if (!input.abort || input.abort->objective != objective.name) continue;
    ObjectiveResult& culprit = results.back();
    culprit.level = Level::critical;
    culprit.level_name = objective.worst;
    culprit.value = input.abort->value;
    culprit.remark = fmt::format("ended the run {:.0f} s after its start", input.abort->at);
  }
  return results;
}

SubsystemOutcome judge(core::Subsystem subsystem, std::span<const ObjectiveResult> objectives,
                       const EvaluationInput& input) {
  SubsystemOutcome outcome{subsystem, input.skipped[static_cast<std::size_t>(subsystem)], Level::no_data, {}};
  if (outcome.skipped) return outcome;

  metrics::TaskRecord total;
  for (std::size_t i = 0; i < input.tasks.size() && i < input.totals.size(); ++i) {
    if (input.tasks[i].first == subsystem) total.merge(input.totals[i]);
  }
  if (total.counter(core::Counter::succeeded) == 0) {
    outcome.level = total.failed() == 0 ? Level::no_data : Level::critical;
    outcome.reason = why_no_data(total, "anything");
    return outcome;
  }
  outcome.level = Level::target;
  for (const ObjectiveResult& objective : objectives) {
    if (objective.subsystem != subsystem) continue;
    outcome.level = worse(outcome.level, objective.level);
    if (objective.level != Level::critical && objective.level != Level::no_data) continue;
    if (!outcome.reason.empty()) outcome.reason += "; ";
    outcome.reason += objective.level == Level::critical
                          ? fmt::format("{} is {}", objective.name, objective.level_name)
                          : fmt::format("{} has no data: {}", objective.name, objective.remark);
  }
  return outcome;
}

Verdict overall(std::span<const ObjectiveResult> objectives, std::span<const SubsystemOutcome> subsystems,
                bool valid) {
  if (!valid) return Verdict::invalid;
  std::optional<Level> worst;
  const auto consider = [&](Level level) { worst = worst ? worse(*worst, level) : level; };
  for (const ObjectiveResult& objective : objectives) consider(objective.level);
  for (const SubsystemOutcome& subsystem : subsystems) {
    if (!subsystem.skipped) consider(subsystem.level);
  }
  switch (worst.value_or(Level::no_data)) {
    case Level::target:
      return Verdict::pass;
    case Level::warning:
      return Verdict::warn;
    case Level::critical:
      return Verdict::fail;
    case Level::no_data:
      return Verdict::no_data;
  }
  return Verdict::no_data;
}

std::string rtf_source(const metrics::TaskRecord& record) {
  const auto total = static_cast<std::int64_t>(record.histogram(core::Metric::rtf).count());
  if (total == 0) return {};
  const std::int64_t busy = record.counter(core::Counter::rtf_busy);
  const std::int64_t live = record.counter(core::Counter::rtf_live);
  if (busy == total) return "busy: compute time that the target reports / length of the audio";
  if (live == total)
    return "live: 1 + growth of the lag / length of the audio; above 1 the target falls behind";
  if (busy == 0 && live == 0)
    return "unpaced: time to process audio sent as fast as possible / length of the audio";
  return fmt::format("mixed: {} busy, {} live and {} unpaced values", busy, live, total - busy - live);
}

}  // namespace soundcheck::verdict
