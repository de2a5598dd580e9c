#include "runner/report/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/report/text.hpp"

namespace soundcheck::report {

std::string_view title(core::Subsystem subsystem) {
  switch (subsystem) {
    case core::Subsystem::api:
      return "API";
    case core::Subsystem::websocket:
      return "WebSocket";
    case core::Subsystem::ai_pipeline:
      return "AI pipeline";
  }
  return "";
}

std::string with_spaces(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::uint64_t count_of(const TaskResult& task, core::Counter counter) {
  for (const auto& [c, n] : task.counters) {
    if (c == counter) return static_cast<std::uint64_t>(n);
  }
  return 0;
}

std::uint64_t ended(const TaskResult& task) { return count_of(task, core::Counter::succeeded) + task.failed; }

const MetricSummary* metric_of(const TaskResult& task, core::Metric metric) {
  const auto found = std::find_if(task.metrics.begin(), task.metrics.end(),
                                  [&](const auto& m) { return m.metric == metric; });
  return found == task.metrics.end() ? nullptr : &*found;
}

std::string value_of(const ObjectiveResult& objective) {
  if (!objective.value) return "no data";
  return objective.stability ? human_number(*objective.value)
                             : human_value(*objective.value, objective.unit, objective.metric);
}

std::string bounds_of(const ObjectiveResult& objective) {
  std::string text;
  for (const auto& [name, bound] : objective.bounds)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", printable(name), bound);
  return objective.worst == "critical" ? text : fmt::format("{}, else {}", text, printable(objective.worst));
}

std::string_view final_word(const RunResult& result) {
  switch (result.verdict) {
    case Verdict::pass:
      return "PASS";
    case Verdict::warn:
      return result.exit_code == 1 ? "FAIL for its warnings" : "PASS with warnings";
    case Verdict::fail:
      return "FAIL";
    case Verdict::invalid:
      return "FAIL: INVALID";
    case Verdict::no_data:
      return "FAIL: NO DATA";
  }
  return "";
}

}  // namespace soundcheck::report
