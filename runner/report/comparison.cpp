#include "runner/report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "runner/compare/figures.hpp"
#include "runner/report/paint.hpp"
#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

using compare::Change;
using compare::Comparison;

std::string value_text(double value, std::string_view figure) {
  // The name tells human_value which ratios are shares.
  return human_value(value, compare::unit_of(figure), figure);
}

std::string signed_text(double value, std::string_view figure) {
  return (value < 0 ? "-" : "+") + value_text(std::abs(value), figure);
}

std::string share_text(const Comparison& comparison) {
  return comparison.share ? fmt::format("{:+.1f} %", *comparison.share * 100) : "";
}

std::string range_text(const FigureChange& change) {
  return fmt::format("{} to {}", signed_text(change.comparison.range.low, change.name),
                     signed_text(change.comparison.range.high, change.name));
}

/// "cannot tell: run 4 times as long".
std::string change_text(const Comparison& comparison) {
  switch (comparison.change) {
    case Change::improved:
      return "improved";
    case Change::same:
      return "same";
    case Change::worse:
      return "worse";
    case Change::cannot_tell:
      break;
  }
  if (comparison.needed_times)
    return fmt::format("cannot tell: run {} times as long", human_number(*comparison.needed_times));
  return "cannot tell: the baselines differ too much";
}

std::string_view mark(Change change) {
  switch (change) {
    case Change::improved:
      return "✓";
    case Change::same:
      return "=";
    case Change::worse:
      return "✗";
    case Change::cannot_tell:
      return "?";
  }
  return "";
}

bool is_shown(const FigureChange& change, bool all) {
  const Change kind = change.comparison.change;
  return all || change.total || kind == Change::worse || kind == Change::improved;
}

std::string run_text(const StoredResult& run) {
  return fmt::format("{} ({}, profile {}, system {}, ran {}, Soundcheck {} {})", printable(run.path),
                     printable(run.started_at), printable(run.profile_name), printable(run.system_name),
                     human_time(run.actual_seconds), printable(run.version), printable(run.commit));
}

std::string joined_names(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, names.size()); ++i)
    text += (i == 0 ? "" : ", ") + printable(names[i]);
  return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

void warn_of(std::vector<std::string>& warnings, const StoredResult& base, const StoredResult& fresh) {
  const auto differ = [&](std::string_view what, const std::string& first, const std::string& second) {
    if (first == second) return false;
    warnings.push_back(fmt::format("{} was made with another {}: {} and not {}", base.path, what,
                                   first.empty() ? "none" : first, second.empty() ? "none" : second));
    return true;
  };
  const bool other_profile = differ("profile", base.profile_name, fresh.profile_name);
  const bool other_system = differ("system", base.system_name, fresh.system_name);
  if (!other_profile && !other_system && base.profile_hash != fresh.profile_hash) {
    warnings.push_back(
        fmt::format("{} was made with another content of the profile {}", base.path, base.profile_name));
  }
}

void warn_of_run(std::vector<std::string>& warnings, const StoredResult& run) {
  if (run.figures.empty()) {
    warnings.push_back(fmt::format(
        "{} has no comparable figures: it was written by a version that kept none, or nothing was measured",
        run.path));
  }
  if (run.verdict == "invalid") {
    warnings.push_back(
        fmt::format("the run of {} is invalid: its generator could not keep its own schedule", run.path));
  }
  if (run.partial) warnings.push_back(fmt::format("the run of {} was interrupted", run.path));
}

std::string verdict_line(const RunComparison& comparison) {
  if (comparison.figures.empty()) return "nothing could be compared";
  return fmt::format("{} worse, {} improved, {} the same, {} cannot tell", comparison.count(Change::worse),
                     comparison.count(Change::improved), comparison.count(Change::same),
                     comparison.count(Change::cannot_tell));
}

std::string hidden_line(const RunComparison& comparison, bool all) {
  const auto hidden = std::count_if(comparison.figures.begin(), comparison.figures.end(),
                                    [&](const FigureChange& c) { return !is_shown(c, all); });
  if (hidden == 0) return {};
  return fmt::format("{} figure{} of single tasks without a certain change {} not shown; --all shows them",
                     hidden, hidden == 1 ? "" : "s", hidden == 1 ? "is" : "are");
}

std::string noise_line(const RunComparison& comparison) {
  if (comparison.baselines.size() > 1)
    return fmt::format("The noise between runs was learnt from {} baselines.", comparison.baselines.size());
  return "With one baseline the noise between runs of the same build is unknown; name several to learn it.";
}

std::vector<std::string> missing_lines(const RunComparison& comparison) {
  std::vector<std::string> lines;
  if (!comparison.only_base.empty())
    lines.push_back("Only in the baseline: " + joined_names(comparison.only_base));
  if (!comparison.only_new.empty())
    lines.push_back("Only in the new run: " + joined_names(comparison.only_new));
  return lines;
}

std::string painted(Change change, const std::string& text, const Paint& paint) {
  switch (change) {
    case Change::improved:
      return paint.green(text);
    case Change::same:
      return text;
    case Change::worse:
      return paint.red(text);
    case Change::cannot_tell:
      return paint.yellow(text);
  }
  return text;
}

/// Text that Markdown does not read as its own, on one line of a table.
std::string markdown(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_|<>[]#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::size_t RunComparison::count(Change change) const {
  return static_cast<std::size_t>(std::count_if(
      figures.begin(), figures.end(), [&](const FigureChange& f) { return f.comparison.change == change; }));
}

RunComparison compare_results(std::vector<StoredResult> baselines, StoredResult fresh) {
  RunComparison result;
  std::set<std::string> names;
  for (const StoredResult& base : baselines) {
    for (const auto& figure : base.figures) names.insert(figure.first);
    warn_of_run(result.warnings, base);
    warn_of(result.warnings, base, fresh);
  }
  warn_of_run(result.warnings, fresh);
  const std::size_t shared = static_cast<std::size_t>(std::count_if(
      names.begin(), names.end(), [&](const std::string& name) { return fresh.figures.contains(name); }));
  for (const auto& [name, measurement] : fresh.figures) {
    std::vector<compare::Measurement> earlier;
    for (const StoredResult& base : baselines) {
      if (const auto found = base.figures.find(name); found != base.figures.end())
        earlier.push_back(found->second);
    }
    if (earlier.empty()) {
      result.only_new.push_back(name);
      continue;
    }
    names.erase(name);
    result.figures.push_back(
        {name, compare::is_total(name),
         compare::compare_runs(earlier, measurement, compare::criteria_for(name, shared))});
  }
  result.only_base.assign(names.begin(), names.end());
  std::stable_partition(result.figures.begin(), result.figures.end(),
                        [](const FigureChange& figure) { return figure.total; });
  result.baselines = std::move(baselines);
  result.fresh = std::move(fresh);
  return result;
}

std::string comparison_text(const RunComparison& comparison, bool all, bool colour) {
  const Paint paint(colour);
  std::string text;
  for (const StoredResult& base : comparison.baselines) text += fmt::format("Base {}\n", run_text(base));
  text += fmt::format("New  {}\n", run_text(comparison.fresh));
  for (const std::string& warning : comparison.warnings)
    text += paint.yellow(fmt::format("Warning: {}", printable(warning))) + "\n";
  std::size_t widest = 20;
  for (const FigureChange& change : comparison.figures) {
    if (is_shown(change, all)) widest = std::max(widest, columns_of(printable(change.name)));
  }
  if (!comparison.figures.empty()) {
    text +=
        fmt::format("\n  {}  {}{}{}{}{}\n", padded("figure", widest), padded("base", 12), padded("new", 12),
                    padded("change", 10), padded("interval of the difference", 30), "verdict");
  }
  for (const FigureChange& change : comparison.figures) {
    if (!is_shown(change, all)) continue;
    const Comparison& c = change.comparison;
    text += painted(c.change,
                    fmt::format("{} {}  {}{}{}{}{}", mark(c.change), padded(printable(change.name), widest),
                                padded(value_text(c.base, change.name), 12),
                                padded(value_text(c.fresh, change.name), 12), padded(share_text(c), 10),
                                padded(range_text(change), 30), change_text(c)),
                    paint) +
            "\n";
  }
  if (const std::string hidden = hidden_line(comparison, all); !hidden.empty()) text += hidden + "\n";
  for (const std::string& line : missing_lines(comparison)) text += line + "\n";
  text += fmt::format("\n{}\nRESULT: {}\n", noise_line(comparison), verdict_line(comparison));
  return text;
}

std::string comparison_markdown(const RunComparison& comparison, bool all) {
  std::string text = fmt::format("### Load test: {}\n\n", verdict_line(comparison));
  for (const std::string& warning : comparison.warnings)
    text += fmt::format("> **Warning:** {}\n>\n", markdown(warning));
  if (!comparison.warnings.empty()) text += "\n";
  if (!comparison.figures.empty()) {
    text += "| | Figure | Base | New | Change | Interval of the difference | Verdict |\n";
    text += "|---|---|---|---|---|---|---|\n";
  }
  for (const FigureChange& change : comparison.figures) {
    if (!is_shown(change, all)) continue;
    const Comparison& c = change.comparison;
    const std::string verdict = c.change == Change::worse ? "**" + change_text(c) + "**" : change_text(c);
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", mark(c.change), markdown(change.name),
                        value_text(c.base, change.name), value_text(c.fresh, change.name), share_text(c),
                        range_text(change), verdict);
  }
  text += "\n";
  if (const std::string hidden = hidden_line(comparison, all); !hidden.empty()) text += hidden + ".\n\n";
  for (const std::string& line : missing_lines(comparison)) text += markdown(line) + "\n\n";
  for (const StoredResult& base : comparison.baselines) text += "- Base: " + markdown(run_text(base)) + "\n";
  text += "- New: " + markdown(run_text(comparison.fresh)) + "\n\n" + noise_line(comparison) + "\n";
  return text;
}

}  // namespace soundcheck::report
