#include "runner/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/report/html_style.hpp"
#include "runner/report/leaks.hpp"
#include "runner/report/lookup.hpp"
#include "runner/report/monitors.hpp"
#include "runner/report/svg_chart.hpp"
#include "runner/report/text.hpp"
#include "runner/verdict/cure.hpp"
#include "runner/verdict/worst_level.hpp"

namespace soundcheck::report {

namespace {

using core::Metric;
using core::Subsystem;

std::string_view style_of(Level level) {
  switch (level) {
    case Level::target:
      return "good";
    case Level::warning:
    case Level::no_data:
      return "warn";
    case Level::critical:
      return "fail";
  }
  return "";
}

std::string_view style_of(const RunResult& result) {
  if (result.exit_code != 0) return result.partial ? "warn" : "fail";
  return result.verdict == Verdict::pass ? "good" : "warn";
}

std::string tile(const std::string& figure, const std::string& what) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>", escaped(figure), what);
}

std::string notice(std::string_view style, const std::string& html) {
  return fmt::format("<div class=\"card text notice {}\">{}</div>\n", style, html);
}

std::string header(const RunResult& r) {
  std::string word(final_word(r));
  if (r.partial) word = "INTERRUPTED";
  if (const std::string level = verdict::common_level(r.objectives); !level.empty())
    word += fmt::format(": {}", level);
  std::string text = fmt::format(
      "<header><div><h1>{} on {}</h1><p class=\"soft\">{}{} · started {} · ran {} of {}</p></div>"
      "<div class=\"badge {}\">{}</div></header>\n",
      escaped(r.profile_name), escaped(r.system_name), escaped(r.target_url),
      r.embedded_target ? " (reference agent)" : "", escaped(r.started_at), human_time(r.actual_seconds),
      human_plan(r.planned_seconds, r.cool_down_seconds), style_of(r), escaped(word));
  if (r.partial)
    text += notice("", "The run was interrupted: the figures cover what was measured until then.");
  if (r.abort) {
    text += notice("severe", fmt::format("Ended early: after {} the objective “{}” was past its last bound.",
                                         human_time(r.abort->at), escaped(r.abort->objective)));
  }
  for (const Validity::Reason& reason : r.validity.reasons) {
    text += notice("severe", fmt::format("<p><b>The run is invalid: {}</b></p><p>{}</p>",
                                         escaped(reason.what), escaped(reason.cure)));
  }
  for (const SubsystemResult& s : r.subsystems) {
    if (!s.skipped && !s.success)
      text += notice("severe", fmt::format("<b>{}:</b> {}", title(s.subsystem), escaped(s.reason)));
  }
  if (!r.limited_by.empty()) text += notice("", fmt::format("<b>Limited by:</b> {}", escaped(r.limited_by)));
  return text;
}

/// Of the first subsystem that ran: response times of different subsystems are no good mixture.
const SubsystemResult* leading(const RunResult& r) {
  const auto found = std::find_if(r.subsystems.begin(), r.subsystems.end(),
                                  [](const SubsystemResult& s) { return !s.skipped; });
  return found == r.subsystems.end() ? nullptr : &*found;
}

std::string tiles(const RunResult& r) {
  const SubsystemResult* main = leading(r);
  if (main == nullptr) return {};
  const std::uint64_t requests = ended(main->total);
  const std::string name(title(main->subsystem));
  std::string text = "<div class=\"tiles\">";
  text += tile(human_count(requests), name + " results");
  text += tile(human_number(main->total.rate) + "/s", name + " rate");
  text +=
      tile(main->total.success_rate ? human_percent(1 - *main->total.success_rate) : "-", name + " failed");
  const metrics::TimeTable& times = main->total.times;
  const auto time = [&](double seconds) { return times.count == 0 ? "-" : human_time(seconds); };
  text += tile(time(times.at_quantile[0]), name + " p50");
  text += tile(time(times.at_quantile[5]), name + " p95");
  text += tile(time(times.at_quantile[7]), name + " p99");
  std::int64_t most = 0;
  for (const metrics::HistoryRow& row : r.history) most = std::max(most, row.in_progress);
  text += tile(human_count(static_cast<std::uint64_t>(most)), "users at most");
  if (r.target.memory_growth_bytes) text += tile(human_bytes(*r.target.memory_growth_bytes), "memory growth");
  return text + "</div>\n";
}

std::string objectives(const RunResult& r) {
  if (r.objectives.empty()) return {};
  std::string text =
      "<h2>Objectives</h2>\n<div class=\"card\"><table><thead><tr><th>Objective</th><th "
      "class=\"n\">Value</th>"
      "<th>Level</th><th>Levels</th></tr></thead><tbody>\n";
  for (const ObjectiveResult& o : r.objectives) {
    text += fmt::format(
        "<tr><td>{}</td><td class=\"n\">{}</td><td><span class=\"pill {}\">{}</span></td><td "
        "class=\"wide\">{}",
        escaped(o.name), escaped(value_of(o)), style_of(o.level), escaped(o.value ? o.level_name : "no data"),
        escaped(bounds_of(o)));
    if (!o.remark.empty()) text += fmt::format("<br><small>{}</small>", escaped(o.remark));
    text += "</td></tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

/// The times of a subsystem's rows, and a line of one of their figures.
std::vector<double> times_of(const std::vector<SecondRow>& rows) {
  std::vector<double> at;
  for (const SecondRow& row : rows) at.push_back(row.at);
  return at;
}

template <class Figure>
Line line(std::string name, std::string style, const std::vector<SecondRow>& rows, Figure figure,
          Line::Join join, bool filled = false) {
  Line out{std::move(name), std::move(style), {}, join, filled};
  for (const SecondRow& row : rows) out.values.emplace_back(figure(row));
  return out;
}

std::string subsystem_charts(const RunResult& r, const SubsystemResult& s) {
  const std::vector<SecondRow>& rows = s.seconds;
  const std::string name(title(s.subsystem));
  const bool voice = s.subsystem == Subsystem::ai_pipeline;
  const auto rate = [](std::uint64_t n, const SecondRow& row) {
    return row.seconds > 0 ? static_cast<double>(n) / row.seconds : 0.0;
  };
  const std::vector<double> at = times_of(rows);
  const auto worst = Line::Join::worst;
  const auto mean = Line::Join::mean;
  std::string text = svg_chart({voice ? name + ": voice to voice" : name + ": response time",
                                at,
                                {line(
                                     "p50", "a", rows, [](const SecondRow& row) { return row.p50; }, worst),
                                 line(
                                     "p95", "b", rows, [](const SecondRow& row) { return row.p95; }, worst),
                                 line(
                                     "p99", "c", rows, [](const SecondRow& row) { return row.p99; }, worst)},
                                r.warm_up_seconds,
                                human_time});
  const auto per_second = [](double v) { return human_number(v) + "/s"; };
  text += svg_chart(
      {name + ": rate",
       at,
       {line(
            "succeeded", "d", rows, [&](const SecondRow& row) { return rate(row.succeeded, row); }, mean,
            true),
        line(
            "failed", "bad", rows, [&](const SecondRow& row) { return rate(row.failed, row); }, mean, true)},
       r.warm_up_seconds,
       per_second});
  const auto users = [](const SecondRow& row) { return static_cast<double>(row.in_progress); };
  text += svg_chart({voice ? name + ": calls in progress" : name + ": users",
                     at,
                     {line(voice ? "calls" : "users", "a", rows, users, worst, true)},
                     r.warm_up_seconds,
                     [](double v) { return human_number(v); }});
  if (voice) {
    text += svg_chart({name + ": real-time factor",
                       at,
                       {line(
                           "p95", "b", rows, [](const SecondRow& row) { return row.rtf; }, worst)},
                       r.warm_up_seconds,
                       [](double v) { return fmt::format("{:.3g}", v); }});
  }
  return text;
}

std::string process_charts(const RunResult& r) {
  Chart memory{
      "Target: memory", {}, {{"RSS", "a", {}, Line::Join::worst, true}}, r.warm_up_seconds, human_bytes};
  Chart cpu{"Target: CPU", {}, {{"cores", "b", {}, Line::Join::mean, true}}, r.warm_up_seconds, [](double v) {
              return fmt::format("{:.3g} cores", v);
            }};
  for (const ProcessSample& sample : r.target.samples) {
    memory.at.push_back(sample.at);
    memory.lines.front().values.emplace_back(static_cast<double>(sample.rss_bytes));
    cpu.at.push_back(sample.at);
    cpu.lines.front().values.emplace_back(sample.cpu_cores);
  }
  return svg_chart(memory) + svg_chart(cpu);
}

std::string charts(const RunResult& r) {
  std::string text;
  for (const SubsystemResult& s : r.subsystems) {
    if (!s.skipped) text += subsystem_charts(r, s);
  }
  text += process_charts(r);
  if (text.empty()) return {};
  text = "<h2>Over time</h2>\n<div class=\"charts\">\n" + text + "</div>\n";
  const auto tell = [&](const std::vector<LeakResult>& all) {
    for (const LeakResult& leak : all) {
      const trend::LeakVerdict verdict = leak.report.verdict;
      const std::string_view style = verdict == trend::LeakVerdict::leak      ? "severe"
                                     : verdict == trend::LeakVerdict::no_leak ? "fine"
                                                                              : "";
      text += notice(style, escaped(leak_sentence(leak)));
    }
  };
  tell(r.target.leaks);
  for (const MonitorResult& monitor : r.monitors) tell(monitor.leaks);
  return text;
}

std::string task_row(const TaskResult& task, std::string_view name, bool total) {
  const metrics::TimeTable& times = task.times;
  const auto cell = [&](double seconds) { return times.count == 0 ? "-" : human_time(seconds); };
  return fmt::format(
      "<tr{}><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}/s</td>"
      "<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
      "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
      total ? " class=\"total\"" : "", escaped(name), escaped(task.kind), human_count(ended(task)),
      human_count(task.failed), human_number(task.rate), cell(times.mean), cell(times.min),
      cell(times.median()), cell(times.at_quantile[5]), cell(times.at_quantile[7]), cell(times.max));
}

std::string tasks(const RunResult& r) {
  std::string text =
      "<h2>Tasks</h2>\n<div class=\"card\"><table><thead><tr><th>Name</th><th>Kind</th><th "
      "class=\"n\">Ended</th>"
      "<th class=\"n\">Failed</th><th class=\"n\">Rate</th><th class=\"n\">avg</th><th class=\"n\">min</th>"
      "<th class=\"n\">med</th><th class=\"n\">p95</th><th class=\"n\">p99</th><th "
      "class=\"n\">max</th></tr></thead>"
      "<tbody>\n";
  for (const SubsystemResult& s : r.subsystems) {
    for (const TaskResult& task : s.tasks) text += task_row(task, task.name, false);
  }
  return text + task_row(r.total, "All", true) + "</tbody></table></div>\n";
}

std::string metric_tables(const RunResult& r) {
  std::string text;
  for (const SubsystemResult& s : r.subsystems) {
    if (s.skipped || s.total.metrics.empty()) continue;
    text += fmt::format(
        "<h3>{}</h3>\n<div class=\"card\"><table><thead><tr><th>Metric</th><th class=\"n\">avg</th>"
        "<th class=\"n\">min</th><th class=\"n\">med</th><th class=\"n\">p90</th><th class=\"n\">p95</th>"
        "<th class=\"n\">p99</th><th class=\"n\">max</th><th class=\"n\">Values</th></tr></thead><tbody>\n",
        title(s.subsystem));
    for (const MetricSummary& m : s.total.metrics) {
      const core::MetricInfo& info = core::info(m.metric);
      text += fmt::format("<tr><td>{}</td>", with_spaces(info.name));
      for (const double v : {m.mean, m.min, m.p50, m.p90, m.p95, m.p99, m.max})
        text += fmt::format("<td class=\"n\">{}</td>", human_value(v, info.unit, info.name));
      text += fmt::format("<td class=\"n\">{}</td></tr>\n", human_count(m.count));
    }
    text += "</tbody></table></div>\n";
    if (!s.gap.empty()) text += fmt::format("<p class=\"soft\">{}</p>\n", escaped(s.gap));
    if (!s.rtf_source.empty())
      text += fmt::format("<p class=\"soft\">The real-time factor is {}</p>\n", escaped(s.rtf_source));
  }
  return text.empty() ? text : "<h2>Metrics</h2>\n" + text;
}

std::string failures(const RunResult& r) {
  std::string rows;
  for (const SubsystemResult& s : r.subsystems) {
    for (const TaskResult& task : s.tasks) {
      for (const FailureSummary& f : task.failures) {
        rows += fmt::format(
            "<tr><td>{}</td><td class=\"n\">{}</td><td><span class=\"pill fail\">{}</span></td><td "
            "class=\"wide\">{}"
            "<br><small>{}</small></td></tr>\n",
            escaped(task.name), human_count(f.count), core::to_string(f.stage), escaped(f.text),
            escaped(verdict::cure(f.stage)));
      }
    }
  }
  if (rows.empty()) return "<h2>Failures</h2>\n<p class=\"soft\">None.</p>\n";
  return "<h2>Failures</h2>\n<div class=\"card\"><table><thead><tr><th>Task</th><th class=\"n\">Times</th>"
         "<th>Stage</th><th>What happened, and what to do</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string skips(const RunResult& r) {
  std::string rows;
  for (const SubsystemResult& s : r.subsystems) {
    for (const TaskResult& task : s.tasks) {
      for (const auto& [reason, count] : task.skips) {
        rows += fmt::format("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"wide\">{}</td></tr>\n",
                            escaped(task.name), human_count(count), escaped(reason));
      }
    }
  }
  if (rows.empty()) return {};
  return "<h2>Skipped</h2>\n<div class=\"card\"><table><thead><tr><th>Task</th><th class=\"n\">Times</th>"
         "<th>Why there was nothing to do</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string item(std::string_view name, const std::string& value) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>", name, escaped(value));
}

std::string validity(const RunResult& r) {
  const Validity& v = r.validity;
  std::string text = "<h2>Can these figures be trusted?</h2>\n<div class=\"card text\"><p>";
  text += v.valid ? "Yes: the generator kept its own schedule.</p>"
                  : "No: the generator could not keep its own schedule, see above.</p>";
  text += "<dl>";
  text += item("CPU of the busiest shard", human_percent(v.busiest_shard_cpu) + " of its core");
  text += item("CPU of the generator", human_number(v.generator_cpu_cores) + " cores");
  text +=
      item("Memory of the generator, at most", human_bytes(static_cast<double>(v.generator_rss_peak_bytes)));
  text += item("Late timers, p99", human_time(v.loop_lag_p99));
  text += item("Late starts, p99", human_time(v.lateness_p99));
  text += item("Late audio frames, p99", human_time(v.pacing_error_p99));
  text += item("Stolen CPU", human_percent(v.stolen_share));
  return text + "</dl></div>\n";
}

/// Line breaks stay, everything else that could be markup goes.
std::string escaped_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += escaped(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string how_it_was_run(const RunResult& r) {
  std::string text = "<h2>How it was run</h2>\n<div class=\"card text\"><dl>";
  text += item("Soundcheck", fmt::format("{} ({}, {}, {})", r.build.version, r.build.commit, r.build.compiler,
                                         r.build.type));
  text += item("Machine", fmt::format("{}: {}, {} cores, {}; {}", r.host.name, r.host.cpu_model, r.host.cores,
                                      human_bytes(static_cast<double>(r.host.memory_bytes)), r.host.kernel));
  text += item("Target", r.target_url);
  if (r.target.pid) text += item("Target process", fmt::format("{} ({})", *r.target.pid, r.target.how_found));
  if (!r.target.no_data.empty()) text += item("Target process", r.target.no_data);
  if (!r.target.exit.empty()) text += item("Target process", r.target.exit);
  text += item("Warm-up", fmt::format("{} (shaded in the charts), not counted in any total",
                                      human_time(r.warm_up_seconds)));
  text += item("Seed", std::to_string(r.seed));
  text += item("SHA-256 of profile and system", r.profile_hash);
  for (const std::string& note : r.notes) text += item("Note", note);
  return text + fmt::format(
                    "</dl></div>\n<details><summary>Profile and system, as they were "
                    "used</summary><pre>{}</pre></details>\n",
                    escaped_lines(r.profile_text));
}

}  // namespace

std::string to_html(const RunResult& r) {
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Soundcheck: {} on {}, {}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
      escaped(r.profile_name), escaped(r.system_name), escaped(final_word(r)), html_style);
  for (const auto section : {header, tiles, objectives, charts, tasks, metric_tables, failures, skips,
                             monitors_section, validity, how_it_was_run})
    text += section(r);
  return text + "</main>\n</body>\n</html>\n";
}

}  // namespace soundcheck::report
