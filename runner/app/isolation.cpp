#include "runner/app/isolation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "runner/report/leaks.hpp"
#include "runner/report/text.hpp"

namespace soundcheck::app {

namespace {

using report::human_bytes;

std::string range(double low, double high) {
  return fmt::format("{} to {}", human_bytes(low), human_bytes(high));
}

std::string work_of(const IsolatedPart& part) {
  if (part.unit.empty()) return "-";
  const auto n = static_cast<std::uint64_t>(std::llround(part.units));
  return fmt::format("{} {}{}", report::human_count(n), part.unit, n == 1 ? "" : "s");
}

std::string growth_of(const IsolatedPart& part) {
  if (!part.memory) return part.problem.empty() ? "no verdict" : report::printable(part.problem);
  const trend::LeakReport& r = part.memory->report;
  return fmt::format("{} ({})", human_bytes(r.growth_per_hour),
                     range(r.growth_range.low, r.growth_range.high));
}

std::string by_unit_of(const IsolatedPart& part) {
  if (!part.grows()) return "-";
  const auto each = part.by_unit(part.memory->report.growth_per_hour);
  return each ? human_bytes(*each) : "-";
}

std::string verdict_of(const IsolatedPart& part) {
  if (part.grows()) return "leak";
  return part.unsure() ? "cannot tell" : "no leak";
}

/// "ai_pipeline by 65.5 kB a call (61.0 kB to 70.1 kB)"
std::string culprit(const IsolatedPart& part) {
  const trend::LeakReport& r = part.memory->report;
  const auto each = part.by_unit(r.growth_per_hour);
  if (!each) return fmt::format("{} by {} an hour", part.name, human_bytes(r.growth_per_hour));
  return fmt::format("{} by {} a {} ({})", part.name, human_bytes(*each), part.unit,
                     range(*part.by_unit(r.growth_range.low), *part.by_unit(r.growth_range.high)));
}

/// A line for each series beside the memory.
std::string what_else(const std::vector<IsolatedPart>& parts) {
  std::string text;
  for (const IsolatedPart& part : parts) {
    for (const report::LeakResult& leak : part.others)
      text += fmt::format("  {}: {}\n", part.name, report::growth_words(leak));
  }
  return text.empty() ? text : "\nNot only memory grows\n" + text;
}

std::string conclusion(const std::vector<IsolatedPart>& parts) {
  std::vector<std::string> grow, unsure;
  std::optional<double> needed;
  bool together_grows = false;
  for (const IsolatedPart& part : parts) {
    if (part.grows() && !part.unit.empty()) grow.push_back(culprit(part));
    if (part.grows() && part.unit.empty()) together_grows = true;
    if (!part.unsure()) continue;
    unsure.push_back(part.name);
    if (part.memory && part.memory->report.needed_seconds)
      needed = std::max(needed.value_or(0), *part.memory->report.needed_seconds);
  }
  std::string text;
  if (!grow.empty()) {
    text = fmt::format("The target leaks with {}.", fmt::join(grow, "; "));
  } else if (together_grows) {
    text = "The target leaks with all parts together, and with none of them alone.";
  } else if (unsure.empty()) {
    const bool others = std::any_of(parts.begin(), parts.end(),
                                    [](const IsolatedPart& part) { return !part.others.empty(); });
    text = others ? "No part makes the memory of the target grow." : "No part makes the target grow.";
  }
  if (!unsure.empty()) {
    text += fmt::format("{}It cannot be told for {}{}.", text.empty() ? "" : " ", fmt::join(unsure, ", "),
                        needed ? fmt::format(": give it --for {:.0f}m", std::ceil(*needed / 60)) : "");
  }
  return text;
}

double counted(const report::TaskResult& total, core::Counter counter) {
  for (const auto& [c, n] : total.counters) {
    if (c == counter) return static_cast<double>(n);
  }
  return 0;
}

std::string_view unit_of(core::Subsystem subsystem) {
  switch (subsystem) {
    case core::Subsystem::api:
      return "request";
    case core::Subsystem::websocket:
      return "connection";
    case core::Subsystem::ai_pipeline:
      return "call";
  }
  return "";
}

}  // namespace

IsolatedPart isolated_part(std::string name, std::optional<core::Subsystem> part,
                           const report::RunResult& result) {
  IsolatedPart out;
  out.name = std::move(name);
  for (const report::SubsystemResult& s : result.subsystems) {
    if (s.skipped || part != s.subsystem) continue;
    out.unit = unit_of(s.subsystem);
    out.units = s.subsystem == core::Subsystem::websocket
                    ? counted(s.total, core::Counter::connections)
                    : counted(s.total, core::Counter::succeeded) + static_cast<double>(s.total.failed);
  }
  const double seconds = std::min(result.actual_seconds, result.planned_seconds) - result.warm_up_seconds;
  out.hours = std::max(0.0, seconds) / 3600;
  const auto also = [&](const report::LeakResult& leak) {
    if (leak.report.verdict == trend::LeakVerdict::leak) out.others.push_back(leak);
  };
  for (const report::LeakResult& leak : result.target.leaks) {
    if (leak.series == "rss") {
      out.memory = leak;
    } else if (leak.series != "pss") {  // the same memory, counted in another way
      also(leak);
    }
  }
  for (const report::MonitorResult& monitor : result.monitors)
    std::for_each(monitor.leaks.begin(), monitor.leaks.end(), also);
  if (!out.memory) out.problem = result.target.no_data;
  return out;
}

std::optional<double> IsolatedPart::by_unit(double growth_per_hour) const {
  if (unit.empty() || units <= 0) return std::nullopt;
  return growth_per_hour * hours / units;
}

std::string isolation_report(const std::vector<IsolatedPart>& parts) {
  std::vector<std::vector<std::string>> rows{
      {"part", "did", "growth an hour (99 % sure)", "each", "verdict"}};
  for (const IsolatedPart& part : parts)
    rows.push_back({part.name, work_of(part), growth_of(part), by_unit_of(part), verdict_of(part)});
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], report::columns_of(row[i]));
  }
  std::string text = "Memory of the target, with each part of the load alone\n";
  for (const auto& row : rows) {
    text += " ";
    for (std::size_t i = 0; i + 1 < row.size(); ++i) text += " " + report::padded(row[i], widths[i] + 1);
    text += " " + row.back() + "\n";
  }
  return text + what_else(parts) + "\n" + conclusion(parts) + "\n";
}

verdict::ExitCode isolation_exit_code(const std::vector<IsolatedPart>& parts) {
  using verdict::ExitCode;
  const auto any = [&](auto&& which) { return std::any_of(parts.begin(), parts.end(), which); };
  if (any([](const IsolatedPart& part) { return part.grows() || !part.others.empty(); }))
    return ExitCode::objective_failed;
  return any([](const IsolatedPart& part) { return part.unsure(); }) ? ExitCode::invalid : ExitCode::pass;
}

}  // namespace soundcheck::app
