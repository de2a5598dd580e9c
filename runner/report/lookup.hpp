// What several reporters look up in a result, and the words that they share. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "runner/report/result.hpp"

namespace soundcheck::report {

/// "API", "WebSocket", "AI pipeline".
std::string_view title(core::Subsystem subsystem);
/// "response_time" as "response time".
std::string with_spaces(std::string_view name);

/// Zero if the task never counted it.
std::uint64_t count_of(const TaskResult& task, core::Counter counter);
/// Successes and failures.
std::uint64_t ended(const TaskResult& task);
/// Null if the task has no value of it.
const MetricSummary* metric_of(const TaskResult& task, core::Metric metric);

/// The value of an objective with its unit, or "no data".
std::string value_of(const ObjectiveResult& objective);
/// "target < 200ms, warning <= 500ms".
std::string bounds_of(const ObjectiveResult& objective);

/// "PASS", "PASS with warnings", "FAIL", "FAIL: NO DATA" and so on: what the exit code says.
std::string_view final_word(const RunResult& result);

}  // namespace soundcheck::report
