#include "runner/report/run_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/report/json.hpp"
#include "runner/report/paint.hpp"
#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

/// Whether the subsystem had success wherever it ran, and whether it ran at all.
void write_success(JsonWriter& json, const RunListResult& result, core::Subsystem subsystem) {
  bool ran = false;
  bool success = true;
  for (const RunResult& run : result.runs) {
    for (const SubsystemResult& s : run.subsystems) {
      if (s.subsystem != subsystem || s.skipped) continue;
      ran = true;
      success = success && s.success;
    }
  }
  json.key(core::to_string(subsystem));
  json.begin_object(JsonWriter::Layout::one_line);
  json.member("success", ran && success && result.stopped.empty());
  json.member("skipped", !ran);
  json.end();
}

std::string line_of(const RunResult& run, const Paint& paint, std::size_t widest) {
  const std::uint64_t requests = ended(run.total);
  const double failed =
      requests == 0 ? 0 : static_cast<double>(run.total.failed) / static_cast<double>(requests);
  const bool good = run.exit_code == 0;
  std::string text = fmt::format("  {} {}", good ? paint.green("✓") : paint.red("✗"),
                                 padded(printable(run.profile_name), widest));
  text += fmt::format("{:>12}{:>12}{:>12}{:>10}{:>12}{:>12}  {}{}\n", human_time(run.actual_seconds),
                      human_count(requests), human_number(run.total.rate) + "/s", human_percent(failed),
                      run.total.times.count == 0 ? "-" : human_time(run.total.times.median()),
                      run.total.times.count == 0 ? "-" : human_time(run.total.times.at_quantile[5]),
                      run.partial ? "INTERRUPTED; until then " : "", paint_verdict(paint, run));
  return text;
}

}  // namespace

std::string to_json(const RunListResult& result) {
  JsonWriter json;
  json.begin_object();
  json.member("schema_version", schema_version);
  json.member("exit_code", result.exit_code);
  json.member("list", result.name);
  json.member("started_at", result.started_at);
  json.member("stopped", result.stopped);
  for (const core::Subsystem subsystem : core::all_subsystems) write_success(json, result, subsystem);
  json.key("planned");
  json.begin_array(JsonWriter::Layout::one_line);
  for (const std::string& name : result.planned) json.value(name);
  json.end();
  json.key("runs");
  json.begin_array();
  for (const RunResult& run : result.runs) write_json(json, run);
  json.end();
  json.end();
  return json.take();
}

std::string summary(const RunListResult& result, const Style& style) {
  const Paint paint(style.colour);
  std::size_t widest = 0;
  for (const std::string& name : result.planned) widest = std::max(widest, columns_of(printable(name)));
  std::string text = "\n" + paint.bold(fmt::format("All runs of {}", printable(result.name))) + "\n";
  text += fmt::format("    {}{:>12}{:>12}{:>12}{:>10}{:>12}{:>12}\n", std::string(widest, ' '), "ran",
                      "ended", "rate", "failed", "med", "p95");
  for (const RunResult& run : result.runs) text += line_of(run, paint, widest);
  for (std::size_t i = result.runs.size(); i < result.planned.size(); ++i) {
    text += fmt::format("  {} {}  not run: {}\n", paint.yellow("-"),
                        padded(printable(result.planned[i]), widest), printable(result.stopped));
  }
  for (const std::string& file : style.files) text += fmt::format("\nWritten: {}", printable(file));
  if (!style.files.empty()) text += "\n";
  text += fmt::format("\n{} {} (exit code {})", paint.bold("FINAL RESULT:"),
                      result.exit_code == 0 ? paint.green("PASS") : paint.red("FAIL"), result.exit_code);
  if (!style.json_path.empty()) text += fmt::format("; all figures are in {}", style.json_path);
  return text + "\n";
}

}  // namespace soundcheck::report
