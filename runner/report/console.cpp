#include "runner/report/console.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "runner/report/text.hpp"
#include "runner/verdict/cure.hpp"

namespace soundcheck::report {

namespace {

using core::Counter;
using core::Metric;
using core::Subsystem;

constexpr std::size_t shown_failures = 6;
/// Response time is explained when its p95 differs from that of the service time by more than this share.
constexpr double worth_explaining = 0.10;
/// A gap below it is the machine's wake-up time, which nobody feels.
constexpr double shortest_gap = 0.001;  // s

class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string red(std::string_view text) const { return wrap("1;31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string yellow(std::string_view text) const { return wrap("33", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const {
    return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  bool on_;
};

std::string_view title(Subsystem s) {
  switch (s) {
    case Subsystem::api:
      return "API";
    case Subsystem::websocket:
      return "WebSocket";
    case Subsystem::ai_pipeline:
      return "AI pipeline";
  }
  return "";
}

std::string mark(Level level, const Paint& paint) {
  switch (level) {
    case Level::target:
      return paint.green("✓");
    case Level::warning:
      return paint.yellow("!");
    case Level::critical:
      return paint.red("✗");
    case Level::no_data:
      return paint.yellow("?");
  }
  return "";
}

std::int64_t counter_of(const TaskResult& task, Counter counter) {
  for (const auto& [c, n] : task.counters) {
    if (c == counter) return n;
  }
  return 0;
}

const MetricSummary* metric_of(const TaskResult& task, Metric metric) {
  const auto found = std::find_if(task.metrics.begin(), task.metrics.end(),
                                  [&](const auto& m) { return m.metric == metric; });
  return found == task.metrics.end() ? nullptr : &*found;
}

std::string with_spaces(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string header(const RunResult& r, const Paint& paint) {
  std::string text = paint.bold(fmt::format("Soundcheck {}: profile {}, system {}", r.build.version,
                                            printable(r.profile_name), printable(r.system_name)));
  text +=
      fmt::format("\nTarget {}{}\n", printable(r.target_url), r.embedded_target ? " (reference agent)" : "");
  text += fmt::format("Started {}, ran {} of {}, the first {} not counted, seed {}\n", r.started_at,
                      human_time(r.actual_seconds), human_time(r.planned_seconds),
                      human_time(r.warm_up_seconds), r.seed);
  if (r.partial) {
    text += paint.yellow("PARTIAL: the run was interrupted; the figures cover what was measured until then") +
            "\n";
  }
  return text;
}

void add_metric_table(std::string& text, const TaskResult& total) {
  if (total.metrics.empty()) return;
  text += fmt::format("  {:<20}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "", "p50", "p95", "p99", "max", "values");
  for (const MetricSummary& m : total.metrics) {
    const core::MetricInfo& info = core::info(m.metric);
    const auto cell = [&](double v) { return human_value(v, info.unit, info.name); };
    text += fmt::format("  {:<20}{:>11}{:>11}{:>11}{:>11}{:>11}\n", with_spaces(info.name), cell(m.p50),
                        cell(m.p95), cell(m.p99), cell(m.max), human_count(m.count));
    if (m.saturated > 0) {
      text += fmt::format("    {} of these values were beyond the largest that is recorded\n",
                          human_count(m.saturated));
    }
  }
}

void add_gap(std::string& text, const TaskResult& total) {
  const MetricSummary* response = metric_of(total, Metric::response_time);
  const MetricSummary* service = metric_of(total, Metric::service_time);
  if (response == nullptr || service == nullptr) return;
  const double gap = response->p95 - service->p95;
  if (gap <= worth_explaining * service->p95 || gap < shortest_gap) return;
  text += fmt::format(
      "  Response time (from the intended start) is {} above service time (from the actual start) at p95:\n"
      "  tasks waited before they could begin; what a caller feels is the response time.\n",
      human_time(gap));
}

void add_tasks(std::string& text, const SubsystemResult& s) {
  if (s.tasks.size() < 2) return;
  const Metric main = s.subsystem == Subsystem::ai_pipeline ? Metric::voice_to_voice : Metric::response_time;
  text += fmt::format("  {:<20}{:>11}{:>11}{:>11}{:>11}\n", "task", "ended", "failed", "rate", "p95");
  for (const TaskResult& task : s.tasks) {
    const MetricSummary* m = metric_of(task, main);
    const auto ended = static_cast<std::uint64_t>(counter_of(task, Counter::succeeded)) + task.failed;
    text += fmt::format("  {}{:>11}{:>11}{:>11}{:>11}\n", padded(printable(task.name), 20),
                        human_count(ended), human_count(task.failed), human_number(task.rate) + "/s",
                        m == nullptr ? "-" : human_time(m->p95));
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

void add_voice(std::string& text, const SubsystemResult& s) {
  if (!s.rtf_source.empty()) text += fmt::format("  The real-time factor is {}\n", s.rtf_source);
  const std::int64_t turns = counter_of(s.total, Counter::turns);
  if (turns == 0) return;
  const std::int64_t gaps = counter_of(s.total, Counter::playout_gaps);
  text += fmt::format("  {} turns; {} in the agent's audio\n", human_count(static_cast<std::uint64_t>(turns)),
                      gaps == 0 ? "no gap" : human_count(static_cast<std::uint64_t>(gaps)) + " gaps");
}

std::string subsystem(const SubsystemResult& s, const Paint& paint) {
  std::string text = "\n" + paint.bold(title(s.subsystem));
  if (s.skipped) return text + paint.dim(": skipped") + "\n";

  const auto succeeded = static_cast<std::uint64_t>(counter_of(s.total, Counter::succeeded));
  text +=
      fmt::format(": {} ended, {}/s, ", human_count(succeeded + s.total.failed), human_number(s.total.rate));
  text += s.total.success_rate ? human_percent(*s.total.success_rate) + " succeeded" : "no result";
  if (s.total.failed > 0) text += ", " + paint.red(human_count(s.total.failed) + " failed");
  text += "\n";
  const auto remark = [&](Counter counter, std::string_view what) {
    const std::int64_t n = counter_of(s.total, counter);
    if (n != 0) text += fmt::format("  {} {}\n", human_count(static_cast<std::uint64_t>(n)), what);
  };
  remark(Counter::late_starts, "began more than 10 ms late");
  remark(Counter::dropped_starts, "planned starts never happened");
  remark(Counter::reconnects, "reconnects");
  remark(Counter::unclean_closes, "connections ended without a closing handshake");
  remark(Counter::frames_skipped, "audio frames were never sent");
  remark(Counter::negative_values, "values came out negative and count as zero");
  add_metric_table(text, s.total);
  add_gap(text, s.total);
  add_voice(text, s);
  add_tasks(text, s);
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
    if (p.memory_growth_bytes) text += fmt::format(", growth {}", human_bytes(*p.memory_growth_bytes));
    if (p.cpu_cores_mean) text += fmt::format("; CPU {} cores on average", human_number(*p.cpu_cores_mean));
    text += fmt::format("; {} threads", last.threads);
    if (last.descriptors) text += fmt::format(", {} descriptors", *last.descriptors);
    text += "\n";
  }
  if (!p.exit.empty()) text += "  " + paint.red(printable(p.exit)) + "\n";
  return text;
}

std::string objectives(const std::vector<ObjectiveResult>& results, const Paint& paint) {
  if (results.empty()) return {};
  std::size_t widest = 0;
  for (const ObjectiveResult& o : results) widest = std::max(widest, columns_of(printable(o.name)));

  std::string text = "\n" + paint.bold("Objectives") + "\n";
  for (const ObjectiveResult& o : results) {
    const std::string value = o.value ? human_value(*o.value, o.unit, o.metric) : "no data";
    text += fmt::format("  {} {}  {}target {}", mark(o.level, paint), padded(printable(o.name), widest),
                        padded(value, 13), o.target_bound);
    if (!o.warning_bound.empty()) text += fmt::format(", warning {}", o.warning_bound);
    text += "\n";
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

std::string verdict_line(const RunResult& r, const Style& style, const Paint& paint) {
  std::string word;
  switch (r.verdict) {
    case Verdict::pass:
      word = paint.green("PASS");
      break;
    case Verdict::warn:
      word = paint.yellow("WARN");
      break;
    case Verdict::fail:
      word = paint.red("FAIL");
      break;
    case Verdict::invalid:
      word = paint.red("INVALID");
      break;
    case Verdict::no_data:
      word = paint.red("NO DATA");
      break;
  }
  std::string text = fmt::format("\n{}{} (exit code {})", word, r.partial ? ", partial" : "", r.exit_code);
  if (!style.json_path.empty()) text += fmt::format("; all figures are in {}", style.json_path);
  return text + "\n";
}

}  // namespace

std::string summary(const RunResult& result, const Style& style) {
  const Paint paint(style.colour);
  std::string text = header(result, paint);
  for (const SubsystemResult& s : result.subsystems) text += subsystem(s, paint);
  text += target_process(result.target, paint);
  text += objectives(result.objectives, paint);
  text += explanations(result, paint);
  text += verdict_line(result, style, paint);
  return text;
}

}  // namespace soundcheck::report
