#include "runner/app/build_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runner/report/degradation.hpp"
#include "runner/report/leaks.hpp"
#include "runner/report/summarise.hpp"
#include "runner/verdict/exit_code.hpp"
#include "runner/verdict/gap.hpp"
#include "runner/verdict/limited_by.hpp"
#include "runner/verdict/objectives.hpp"
#include "runner/verdict/validity.hpp"

namespace soundcheck::app {

namespace {

using core::Subsystem;

/// How long the totals cover, for rates. The drain is left out: what ends in it began before, and nothing
/// begins.
double measured_seconds(const Finished& finished) {
  return std::min(finished.aggregator.measured_seconds(),
                  std::max(0.0, finished.load_seconds - finished.header.warm_up));
}

/// A sample at the last second of the load is taken a moment after it.
verdict::MeasuredTime measured_time(const Finished& finished) {
  constexpr double moment = 0.5;
  return {finished.header.warm_up, finished.load_seconds + moment};
}

verdict::EvaluationInput evaluation_input(const Finished& finished, std::string memory_problem) {
  verdict::EvaluationInput input;
  input.tasks = finished.aggregator.tasks();
  input.totals = finished.aggregator.totals();
  input.measured_seconds = measured_seconds(finished);
  input.skipped = finished.header.skipped;
  const report::ProcessResult& target = finished.target;
  const std::string& unseen = target.no_data.empty() ? memory_problem : target.no_data;
  input.memory_growth = {target.memory_growth_bytes, target.memory_growth_bytes ? std::string() : unseen};
  input.target_memory = {target.memory_peak_bytes, target.memory_peak_bytes ? std::string() : unseen};
  input.target_cores = finished.header.host.cores;
  input.over_time = finished.over_time;
  input.monitors = finished.monitors;
  input.measured_time = measured_time(finished);
  input.abort = finished.abort;
  input.target_cpu = {target.cpu_cores_mean, target.cpu_cores_mean ? std::string() : unseen};
  return input;
}

metrics::TaskRecord total_of(const metrics::Aggregator& aggregator) {
  metrics::TaskRecord total;
  for (const metrics::TaskRecord& record : aggregator.totals()) total.merge(record);
  return total;
}

verdict::Validity check_generator(const Finished& finished) {
  verdict::GeneratorFigures figures = finished.seen;
  figures.loop_lag = finished.aggregator.loop_lag();
  for (Subsystem s : core::all_subsystems) {
    figures.subsystems[static_cast<std::size_t>(s)] = finished.aggregator.subsystem_total(s);
  }
  figures.cpu_cores = finished.generator.cpu_cores_mean.value_or(0);
  for (const report::ProcessSample& sample : finished.generator.samples) {
    figures.rss_peak_bytes = std::max(figures.rss_peak_bytes, sample.rss_bytes);
  }
  return verdict::check_validity(figures);
}

report::SubsystemResult summarise_subsystem(const Finished& finished,
                                            const verdict::SubsystemOutcome& outcome) {
  const metrics::Aggregator& aggregator = finished.aggregator;
  report::SubsystemResult result;
  result.subsystem = outcome.subsystem;
  result.skipped = outcome.skipped;
  result.success = outcome.success();
  result.reason = outcome.reason;
  if (outcome.skipped) return result;
  const double seconds = measured_seconds(finished);
  const metrics::TaskRecord total = aggregator.subsystem_total(outcome.subsystem);
  const core::Metric main = metrics::main_metric(outcome.subsystem);
  const auto summarise = [&](std::string name, const metrics::TaskRecord& record, std::string kind) {
    report::TaskResult task = report::summarise(std::move(name), record, seconds);
    task.kind = std::move(kind);
    task.times = metrics::time_table(record.histogram(main));
    return task;
  };
  std::set<std::string> kinds;
  for (std::size_t i = 0; i < aggregator.tasks().size(); ++i) {
    if (aggregator.tasks()[i].first != outcome.subsystem) continue;
    kinds.insert(finished.header.kinds[i]);
    result.tasks.push_back(
        summarise(aggregator.tasks()[i].second, aggregator.totals()[i], finished.header.kinds[i]));
  }
  result.total = summarise("", total, kinds.size() == 1 ? *kinds.begin() : "");
  result.seconds = aggregator.rows(outcome.subsystem);
  report::judge_degradation(result, aggregator.figure_rows(), finished.load_seconds);
  result.rtf_source = verdict::rtf_source(total);
  result.gap = verdict::explain_gap(outcome.subsystem, total);
  return result;
}

}  // namespace

report::RunResult build_result(Finished finished) {
  const RunHeader& header = finished.header;
  const verdict::MeasuredTime measured = measured_time(finished);
  const std::string memory_problem = report::summarise_samples(finished.target, measured);
  report::summarise_samples(finished.generator, measured);
  const verdict::EvaluationInput input = evaluation_input(finished, memory_problem);
  const metrics::TaskRecord total = total_of(finished.aggregator);

  report::RunResult result;
  result.build = header.build;
  result.host = header.host;
  result.profile_name = header.profile_name;
  result.system_name = header.system_name;
  result.target_url = header.target_url;
  result.embedded_target = header.embedded_target;
  result.resolve_seconds = header.resolve_seconds;
  result.profile_text = header.profile_text;
  result.profile_hash = header.profile_hash;
  result.seed = header.seed;
  result.started_at = header.started_at;
  result.planned_seconds = header.duration;
  result.actual_seconds = finished.elapsed_seconds;
  result.warm_up_seconds = header.warm_up;
  result.cool_down_seconds = header.cool_down;
  result.partial = finished.interrupted;
  result.abort = finished.abort;
  result.notes = header.notes;
  result.notes.insert(result.notes.end(), finished.notes.begin(), finished.notes.end());

  result.validity = check_generator(finished);
  if (result.validity.refused_connections > 0) {
    result.notes.push_back(fmt::format(
        "the accept queue of a listener on this machine was full for {} connections, which then took a "
        "second or "
        "more: if it is the target's, raise its backlog and net.core.somaxconn, or lower the connect rate",
        result.validity.refused_connections));
  }
  result.objectives = verdict::evaluate_all(header.objectives, input);
  std::vector<verdict::SubsystemOutcome> outcomes;
  for (Subsystem s : core::all_subsystems) {
    outcomes.push_back(verdict::judge(s, result.objectives, input));
    result.subsystems.push_back(summarise_subsystem(finished, outcomes.back()));
  }
  result.total = report::summarise("", total, measured_seconds(finished));
  result.total.times = metrics::time_table(finished.aggregator.main_total());
  result.history = finished.aggregator.history();
  result.comparable = compare::measure_figures(finished.aggregator.tasks(), finished.aggregator.figure_rows(),
                                               finished.load_seconds);
  for (compare::Figure& figure :
       report::measure_target(finished.target, header.warm_up, finished.load_seconds))
    result.comparable.push_back(std::move(figure));
  result.limited_by =
      verdict::limited_by(result.validity, {total, finished.target.cpu_cores_mean, result.host.cores});
  result.verdict = verdict::overall(result.objectives, outcomes, result.validity.valid);
  result.exit_code =
      static_cast<int>(verdict::exit_code_of(result.verdict, result.partial, header.fail_on_warning));
  result.target = std::move(finished.target);
  result.generator = std::move(finished.generator);
  const report::LeakFacts facts{verdict::LeakRules{header.objectives}, report::work_done(result.subsystems)};
  const double end_of_load = input.measured_time.to;
  report::judge_leaks(result.target, end_of_load, std::string(profile::target_monitor), facts);
  report::judge_leaks(result.generator, end_of_load, std::string(profile::generator_monitor), facts);
  for (metrics::MonitorRecord& record : finished.monitors) {
    report::MonitorResult& monitor = result.monitors.emplace_back();
    for (const metrics::SeriesRecord& series : record.series)
      monitor.figures.push_back(verdict::figures_of(series.series, input.measured_time));
    monitor.record = std::move(record);
    const bool process = monitor.record.name == profile::target_monitor ||
                         monitor.record.name == profile::generator_monitor;  // judged already
    if (!process) report::judge_leaks(monitor, end_of_load, facts);
  }
  report::explain_growth(result);
  return result;
}

}  // namespace soundcheck::app
