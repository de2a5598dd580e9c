#include "runner/verdict/objectives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace soundcheck::verdict {

namespace {

/// A value with the number of samples behind it, or the reason why there is none.
struct Reading {
  Figure figure;
  std::string unit;
  std::uint64_t samples = 0;
  std::string remark;
};

std::optional<double> aggregate(const metrics::Histogram& h, std::string_view aggregation) {
  if (h.count() == 0) return std::nullopt;
  if (aggregation == "min") return static_cast<double>(h.min()) / 1e6;
  if (aggregation == "max") return static_cast<double>(h.max()) / 1e6;
  if (aggregation == "mean") return h.mean() / 1e6;
  double percent = 0;
  const char* end = aggregation.data() + aggregation.size();
  if (!aggregation.starts_with('p') || std::from_chars(aggregation.data() + 1, end, percent).ptr != end) {
    return std::nullopt;
  }
  const auto micro = h.quantile(percent / 100);
  return micro ? std::optional(static_cast<double>(*micro) / 1e6) : std::nullopt;
}

/// The objective's task, or all tasks of the subsystem. Nothing if there is no such task.
std::optional<metrics::TaskRecord> record_of(core::Subsystem subsystem,
                                             const std::optional<std::string>& task,
                                             const EvaluationInput& input) {
  std::optional<metrics::TaskRecord> sum;
  for (std::size_t i = 0; i < input.tasks.size() && i < input.totals.size(); ++i) {
    if (input.tasks[i].first != subsystem || (task && input.tasks[i].second != *task)) continue;
    if (!sum) sum.emplace();
    sum->merge(input.totals[i]);
  }
  return sum;
}

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

Reading read_subsystem(core::Subsystem subsystem, const profile::Objective& objective, std::string_view what,
                       const EvaluationInput& input) {
  Reading reading;
  const std::optional<metrics::TaskRecord> record = record_of(subsystem, objective.task, input);
  if (!record) {
    reading.figure.no_data =
        objective.task
            ? fmt::format("no task named \"{}\" ran in {}: name one that has a weight above 0",
                          *objective.task, core::to_string(subsystem))
            : fmt::format("{} ran no tasks: describe it in the system file, or remove this objective",
                          core::to_string(subsystem));
    return reading;
  }
  const auto succeeded = static_cast<double>(record->counter(core::Counter::succeeded));
  const auto failed = static_cast<double>(record->failed());
  const double ended = succeeded + failed;

  if (what == "success_rate" || what == "error_rate") {
    reading.unit = "ratio";
    reading.samples = static_cast<std::uint64_t>(ended);
    if (ended > 0) reading.figure.value = (what == "success_rate" ? succeeded : failed) / ended;
  } else if (what == "rate") {
    reading.unit = "1/s";
    reading.samples = static_cast<std::uint64_t>(ended);
    if (ended > 0 && input.measured_seconds > 0) reading.figure.value = ended / input.measured_seconds;
  } else if (const auto metric = core::metric_from_string(what)) {
    const metrics::Histogram& histogram = record->histogram(*metric);
    reading.unit = core::info(*metric).unit;
    reading.samples = histogram.count();
    reading.figure.value = aggregate(histogram, objective.aggregation);
    if (*metric == core::Metric::rtf) reading.remark = rtf_source(*record);
  } else {
    reading.figure.no_data =
        fmt::format("there is no metric \"{}\": see the metrics in docs/metrics.md", what);
    return reading;
  }
  if (!reading.figure.value) reading.figure.no_data = why_no_data(*record, what);
  return reading;
}

Reading read_target(std::string_view what, const EvaluationInput& input) {
  if (what == "memory_growth") return {input.memory_growth, "bytes", 1, {}};
  if (what == "cpu") return {input.target_cpu, "cores", 1, {}};
  return {
      {std::nullopt, fmt::format("there is no metric \"target.{}\": see docs/metrics.md", what)}, {}, 0, {}};
}

std::pair<std::string_view, std::string_view> split_metric(std::string_view metric) {
  const std::size_t dot = metric.find('.');
  if (dot == std::string_view::npos) return {metric, {}};
  return {metric.substr(0, dot), metric.substr(dot + 1)};
}

int severity(Level level) {
  switch (level) {
    case Level::target:
      return 0;
    case Level::warning:
      return 1;
    case Level::no_data:
      return 2;
    case Level::critical:
      return 3;
  }
  return 3;
}

Level worse(Level a, Level b) { return severity(a) >= severity(b) ? a : b; }

}  // namespace

bool holds(const profile::Bound& bound, double value) {
  switch (bound.op) {
    case profile::Bound::Op::less:
      return value < bound.value;
    case profile::Bound::Op::less_equal:
      return value <= bound.value;
    case profile::Bound::Op::greater:
      return value > bound.value;
    case profile::Bound::Op::greater_equal:
      return value >= bound.value;
  }
  return false;
}

ObjectiveResult evaluate(const profile::Objective& objective, const EvaluationInput& input) {
  const auto [owner, what] = split_metric(objective.metric);
  const std::optional<core::Subsystem> subsystem = core::subsystem_from_string(owner);

  Reading reading;
  if (subsystem) {
    reading = read_subsystem(*subsystem, objective, what, input);
  } else if (owner == "target") {
    reading = read_target(what, input);
  } else {
    reading.figure.no_data = fmt::format("there is no metric \"{}\": see docs/metrics.md", objective.metric);
  }

  ObjectiveResult result;
  result.name = objective.name;
  result.metric = objective.metric;
  result.aggregation = objective.aggregation;
  result.subsystem = subsystem;
  result.task = objective.task;
  result.unit = reading.unit;
  result.target_bound = objective.target.text;
  if (objective.warning) result.warning_bound = objective.warning->text;
  if (!reading.figure.value) {
    result.remark = reading.figure.no_data;
    return result;
  }
  result.value = reading.figure.value;
  result.samples = reading.samples;
  result.remark = reading.remark;
  if (holds(objective.target, *result.value)) {
    result.level = Level::target;
  } else if (objective.warning && holds(*objective.warning, *result.value)) {
    result.level = Level::warning;
  } else {
    result.level = Level::critical;
  }
  return result;
}

std::vector<ObjectiveResult> evaluate_all(std::span<const profile::Objective> objectives,
                                          const EvaluationInput& input) {
  std::vector<ObjectiveResult> results;
  for (const profile::Objective& objective : objectives) {
    const auto subsystem = core::subsystem_from_string(split_metric(objective.metric).first);
    if (subsystem && input.skipped[static_cast<std::size_t>(*subsystem)]) continue;
    results.push_back(evaluate(objective, input));
  }
  return results;
}

SubsystemOutcome judge(core::Subsystem subsystem, std::span<const ObjectiveResult> objectives,
                       const EvaluationInput& input) {
  SubsystemOutcome outcome{subsystem, input.skipped[static_cast<std::size_t>(subsystem)], Level::no_data, {}};
  if (outcome.skipped) return outcome;

  const metrics::TaskRecord total = record_of(subsystem, std::nullopt, input).value_or(metrics::TaskRecord{});
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
                          ? fmt::format("{} is critical", objective.name)
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
