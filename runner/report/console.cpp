#include "runner/report/console.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "runner/report/degradation.hpp"
#include "runner/report/leaks.hpp"
#include "runner/report/lookup.hpp"
#include "runner/report/monitors.hpp"
#include "runner/report/paint.hpp"
#include "runner/report/text.hpp"
#include "runner/verdict/cure.hpp"
#include "runner/verdict/worst_level.hpp"

namespace soundcheck::report {

namespace {

using core::Counter;
using core::Metric;
using core::Subsystem;

constexpr std::size_t shown_failures = 6;

std::string header(const RunResult& r, const Paint& paint) {
  std::string text = paint.bold(fmt::format("Soundcheck {}: profile {}, system {}", r.build.version,
                                            printable(r.profile_name), printable(r.system_name)));
  text +=
      fmt::format("\nTarget {}{}", printable(r.target_url), r.embedded_target ? " (reference agent)" : "");
  if (r.resolve_seconds)
    text += fmt::format(", its name looked up once, in {}", human_time(*r.resolve_seconds));
  text += "\n";
  const std::string warm_up =
      r.warm_up_seconds > 0 ? fmt::format("the first {} not counted, ", human_time(r.warm_up_seconds)) : "";
  text += fmt::format("Started {}, ran {} of {}, {}seed {}\n", r.started_at, human_time(r.actual_seconds),
                      human_plan(r.planned_seconds, r.cool_down_seconds), warm_up, r.seed);
  if (r.abort) {
    text += paint.red(fmt::format("ENDED EARLY: after {} the objective \"{}\" was past its last bound; the "
                                  "figures cover what was measured until then",
                                  human_time(r.abort->at), printable(r.abort->objective))) +
            "\n";
  }
  if (r.partial) {
    text += paint.yellow("PARTIAL: the run was interrupted; the figures cover what was measured until then") +
            "\n";
  }
  return text;
}

/// Parts of a request, which stand in a line of their own.
constexpr std::array phases{Metric::connect_time, Metric::tls_time, Metric::first_byte_time,
                            Metric::transfer_time};

bool is_phase(Subsystem subsystem, Metric metric) {
  return subsystem == Subsystem::api && std::find(phases.begin(), phases.end(), metric) != phases.end();
}

/// The mark of the worst objective that is about this metric: of all tasks, or of the one named.
std::string mark_of(const std::vector<ObjectiveResult>& objectives, const std::string& metric,
                    const std::optional<std::string>& task, const Paint& paint) {
  const ObjectiveResult* worst = nullptr;
  for (const ObjectiveResult& o : objectives) {
    const bool about = o.metric == metric || (metric.ends_with('.') && o.metric.starts_with(metric));
    if (!about || o.task != task || o.tag) continue;
    if (worst == nullptr || verdict::severity(o.level) > verdict::severity(worst->level)) worst = &o;
  }
  return worst == nullptr ? " " : paint.mark(worst->level);
}

void add_metric_table(std::string& text, const SubsystemResult& s,
                      const std::vector<ObjectiveResult>& objectives, const Paint& paint) {
  const std::vector<MetricSummary>& all = s.total.metrics;
  if (std::all_of(all.begin(), all.end(), [&](const auto& m) { return is_phase(s.subsystem, m.metric); }))
    return;
  text += fmt::format("  {:<18}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "", "avg", "min", "med", "p95",
                      "p99", "max", "values");
  for (const MetricSummary& m : all) {
    if (is_phase(s.subsystem, m.metric)) continue;
    const core::MetricInfo& info = core::info(m.metric);
    const auto cell = [&](double v) { return human_value(v, info.unit, info.name); };
    const std::string name = fmt::format("{}.{}", core::to_string(s.subsystem), info.name);
    text +=
        fmt::format("{} {:<18}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n",
                    mark_of(objectives, name, std::nullopt, paint), with_spaces(info.name), cell(m.mean),
                    cell(m.min), cell(m.p50), cell(m.p95), cell(m.p99), cell(m.max), human_count(m.count));
    if (m.saturated > 0) {
      text += fmt::format("    {} of these values were beyond the largest that is recorded\n",
                          human_count(m.saturated));
    }
  }
}

/// A target that restarts loses all its WebSockets at once: who came back, and how soon.
void add_herd(std::string& text, const SubsystemResult& s) {
  const std::uint64_t lost = count_of(s.total, Counter::lost_connections);
  if (lost == 0) return;
  text += fmt::format("  {} connections were lost", human_count(lost));
  const MetricSummary* back = metric_of(s.total, Metric::recovery_time);
  if (back == nullptr) {
    text += "; none came back\n";
    return;
  }
  text += fmt::format("; {} came back: half of them in {}, nine in ten in {}, the last in {}\n",
                      human_count(back->count), human_time(back->p50), human_time(back->p90),
                      human_time(back->max));
}

/// "phases, p50 / p95: connect 0.2 / 1 ms, first byte 3 / 9 ms".
void add_phases(std::string& text, const SubsystemResult& s) {
  if (s.subsystem != Subsystem::api) return;
  std::string line;
  for (const Metric phase : phases) {
    const MetricSummary* m = metric_of(s.total, phase);
    if (m == nullptr) continue;
    std::string name = with_spaces(core::info(phase).name);
    name.resize(name.size() - std::string_view(" time").size());
    line +=
        fmt::format("{}{} {} / {}", line.empty() ? "" : ", ", name, human_time(m->p50), human_time(m->p95));
  }
  if (!line.empty()) text += fmt::format("  phases, p50 / p95: {}\n", line);
}

/// How much of what was planned began, and when.
void add_starts(std::string& text, const TaskResult& total) {
  const auto count = [&](Counter c) { return count_of(total, c); };
  if (count(Counter::started) + count(Counter::dropped_starts) == 0) return;
  text +=
      fmt::format("  {} starts, {} more than 10 ms late, {} dropped\n", human_count(count(Counter::started)),
                  human_count(count(Counter::late_starts)), human_count(count(Counter::dropped_starts)));
}

void add_tasks(std::string& text, const SubsystemResult& s, const std::vector<ObjectiveResult>& objectives,
               const Paint& paint) {
  if (s.tasks.size() < 2) return;
  const Metric main = s.subsystem == Subsystem::ai_pipeline ? Metric::voice_to_voice : Metric::response_time;
  std::size_t widest = 18;
  for (const TaskResult& task : s.tasks) widest = std::max(widest, columns_of(printable(task.name)));
  text += fmt::format("  {}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", padded("task", widest), "ended",
                      "failed", "rate", "avg", "med", "p95", "max");
  for (const TaskResult& task : s.tasks) {
    const MetricSummary* m = metric_of(task, main);
    const auto cell = [&](double MetricSummary::*figure) {
      return m == nullptr ? "-" : human_time(m->*figure);
    };
    const std::string any_metric = fmt::format("{}.", core::to_string(s.subsystem));
    text += fmt::format("{} {}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n",
                        mark_of(objectives, any_metric, task.name, paint),
                        padded(printable(task.name), widest), human_count(ended(task)),
                        human_count(task.failed), human_number(task.rate) + "/s", cell(&MetricSummary::mean),
                        cell(&MetricSummary::p50), cell(&MetricSummary::p95), cell(&MetricSummary::max));
  }
}

void add_failures(std::string& text, const TaskResult& total, const Paint& paint) {
  std::set<core::Stage> cured;
  const std::size_t shown = std::min(shown_failures, total.failures.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const FailureSummary& f = total.failures[i];
    text += "  " + paint.red(fmt::format("{} × {}", human_count(f.count), core::to_string(f.stage))) +
            fmt::format(": {}\n", printable(f.text));
    if (cured.insert(f.stage).second) text += fmt::format("      → {}\n", verdict::cure(f.stage));
  }
  if (shown < total.failures.size()) {
    text +=
        fmt::format("  and {} more kinds of failures, in the JSON result\n", total.failures.size() - shown);
  }
}

/// Tasks that found nothing to do. One that never did anything else is said so: it has tested nothing.
void add_skips(std::string& text, const SubsystemResult& s, const Paint& paint) {
  for (const TaskResult& task : s.tasks) {
    std::uint64_t skipped = 0;
    for (const auto& [reason, count] : task.skips) {
      skipped += count;
      text += fmt::format("  {} × {} was skipped: {}\n", human_count(count), printable(task.name),
                          printable(reason));
    }
    if (skipped > 0 && skipped >= count_of(task, Counter::attempts)) {
      text += "  " +
              paint.yellow(
                  fmt::format("{} was skipped every time, so it has not been tested", printable(task.name))) +
              "\n";
    }
  }
}

void add_voice(std::string& text, const SubsystemResult& s) {
  if (!s.rtf_source.empty()) text += fmt::format("  The real-time factor is {}\n", s.rtf_source);
  const std::uint64_t turns = count_of(s.total, Counter::turns);
  if (turns == 0) return;
  const std::uint64_t gaps = count_of(s.total, Counter::playout_gaps);
  text += fmt::format("  {} turns; {} in the agent's audio\n", human_count(turns),
                      gaps == 0 ? "no gap" : human_count(gaps) + " gaps");
}

std::string subsystem(const SubsystemResult& s, const std::vector<ObjectiveResult>& objectives,
                      const Paint& paint) {
  std::string text = "\n" + paint.bold(title(s.subsystem));
  if (s.skipped) return text + paint.dim(": skipped") + "\n";

  text += fmt::format(": {} ended, {}/s, ", human_count(ended(s.total)), human_number(s.total.rate));
  text += s.total.success_rate ? human_percent(*s.total.success_rate) + " succeeded" : "no result";
  if (s.total.failed > 0) text += ", " + paint.red(human_count(s.total.failed) + " failed");
  text += "\n";
  add_starts(text, s.total);
  const auto remark = [&](Counter counter, std::string_view what) {
    const std::uint64_t n = count_of(s.total, counter);
    if (n != 0) text += fmt::format("  {} {}\n", human_count(n), what);
  };
  remark(Counter::reconnects, "reconnects");
  remark(Counter::unclean_closes, "connections ended without a closing handshake");
  remark(Counter::frames_skipped, "audio frames were never sent");
  remark(Counter::negative_values, "values came out negative and count as zero");
  add_metric_table(text, s, objectives, paint);
  add_phases(text, s);
  add_herd(text, s);
  if (!s.gap.empty()) text += fmt::format("  {}\n", s.gap);
  if (const std::string worse = degradation_sentence(s); !worse.empty())
    text += "  " + paint.red(worse) + "\n";
  add_voice(text, s);
  add_tasks(text, s, objectives, paint);
  add_skips(text, s, paint);
  add_failures(text, s.total, paint);
  return text;
}

std::string target_process(const ProcessResult& p, const Paint& paint) {
  std::string text = "\n" + paint.bold("Target process");
  if (p.pid) text += fmt::format(" {} ({})", *p.pid, p.how_found);
  text += "\n";
  if (!p.no_data.empty()) text += fmt::format("  ? {}\n", printable(p.no_data));
  if (!p.samples.empty()) {
    const ProcessSample& last = p.samples.back();
    text += fmt::format("  memory {}", human_bytes(static_cast<double>(last.rss_bytes)));
    if (p.memory_peak_bytes) text += fmt::format(", at most {}", human_bytes(*p.memory_peak_bytes));
    if (p.memory_growth_bytes) text += fmt::format(", growth {}", human_bytes(*p.memory_growth_bytes));
    if (p.cpu_cores_mean) text += fmt::format("; CPU {} cores on average", human_number(*p.cpu_cores_mean));
    text += fmt::format("; {} threads", last.threads);
    if (last.descriptors) text += fmt::format(", {} descriptors", *last.descriptors);
    text += "\n";
  }
  for (const LeakResult& leak : p.leaks) {
    if (leak.rule.from_objective) continue;  // said there
    const bool leaks = leak.report.verdict == trend::LeakVerdict::leak;
    text += "  " + (leaks ? paint.red(leak_sentence(leak)) : leak_sentence(leak)) + "\n";
  }
  if (!p.exit.empty()) text += "  " + paint.red(printable(p.exit)) + "\n";
  return text;
}

/// What the generator cost, and how far it is from the bounds that make a run invalid.
std::string generator(const RunResult& r, const Paint& paint) {
  const Validity& v = r.validity;
  std::string text =
      fmt::format("\n{}\n  CPU {} cores, busiest shard {} of its core", paint.bold("Generator"),
                  human_number(v.generator_cpu_cores), human_percent(v.busiest_shard_cpu));
  text += fmt::format("; memory at most {}\n", human_bytes(static_cast<double>(v.generator_rss_peak_bytes)));
  text += fmt::format("  p99 of its delays: timers {}, starts {}", human_time(v.loop_lag_p99),
                      human_time(v.lateness_p99));
  if (v.pacing_error_p99 > 0) text += fmt::format(", audio frames {}", human_time(v.pacing_error_p99));
  return text + fmt::format("; stolen CPU {}\n", human_percent(v.stolen_share)) + own_house(r);
}

std::string objectives(const std::vector<ObjectiveResult>& results, const Paint& paint) {
  if (results.empty()) return {};
  std::size_t widest_name = 0;
  std::size_t widest_level = 0;
  for (const ObjectiveResult& o : results) {
    widest_name = std::max(widest_name, columns_of(printable(o.name)));
    widest_level = std::max(widest_level, columns_of(printable(o.level_name)) + 2);
  }

  std::string text = "\n" + paint.bold("Objectives") + "\n";
  for (const ObjectiveResult& o : results) {
    text += fmt::format("  {} {}  {}", paint.mark(o.level), padded(printable(o.name), widest_name),
                        padded(value_of(o), 13));
    text += padded(o.value ? printable(o.level_name) : "", widest_level);
    text += bounds_of(o) + "\n";
    if (!o.remark.empty()) text += fmt::format("      {}\n", printable(o.remark));
  }
  return text;
}

/// Why the run is not a pass, where the objectives do not say it already.
std::string explanations(const RunResult& r, const Paint& paint) {
  std::string text;
  if (!r.validity.valid) {
    text +=
        "\n" +
        paint.red("The generator could not keep its own schedule, so these figures are not the target's:") +
        "\n";
    for (const Validity::Reason& reason : r.validity.reasons) {
      text += fmt::format("  ✗ {}\n      → {}\n", reason.what, reason.cure);
    }
  }
  for (const SubsystemResult& s : r.subsystems) {
    if (!s.skipped && !s.success)
      text += fmt::format("\n{}: {}", paint.red(title(s.subsystem)), printable(s.reason));
  }
  if (!text.empty() && text.back() != '\n') text += "\n";
  if (!r.limited_by.empty()) text += fmt::format("\nLimited by: {}\n", printable(r.limited_by));
  for (const std::string& note : r.notes) text += fmt::format("\nNote: {}\n", printable(note));
  return text;
}

std::string final_result(const RunResult& r, const Style& style, const Paint& paint) {
  std::string text = "\n" + paint.bold("FINAL RESULT:") + " ";
  if (r.partial) text += paint.yellow("INTERRUPTED") + "; until then ";
  text += paint_verdict(paint, r);
  if (const std::string level = verdict::common_level(r.objectives); !level.empty())
    text += fmt::format(", level {}", printable(level));
  text += fmt::format(" (exit code {})", r.exit_code);
  if (!style.json_path.empty()) text += fmt::format("; all figures are in {}", style.json_path);
  return text + "\n";
}

}  // namespace

std::string summary(const RunResult& result, const Style& style) {
  const Paint paint(style.colour);
  std::string text = header(result, paint);
  for (const SubsystemResult& s : result.subsystems) text += subsystem(s, result.objectives, paint);
  text += target_process(result.target, paint);
  text += monitors_block(result, paint);
  text += generator(result, paint);
  text += objectives(result.objectives, paint);
  text += explanations(result, paint);
  for (const std::string& file : style.files) text += fmt::format("\nWritten: {}", printable(file));
  if (!style.files.empty()) text += "\n";
  text += final_result(result, style, paint);
  return text;
}

}  // namespace soundcheck::report
