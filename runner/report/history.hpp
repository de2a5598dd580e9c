// Many runs in the order of time: a line for each, and where their figures are going. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/report/stored_result.hpp"

namespace soundcheck::report {

/// With fewer runs nothing can be said about a trend.
inline constexpr std::size_t min_trend_runs = 5;

/// Runs of different profiles or systems stand in tables of their own. Without a `metric`: p95, error rate
/// and rate of each subsystem. With one, the name of a figure ("api.response_time.p99"): it alone, with its
/// standard error.
std::string history_text(std::vector<StoredResult> runs, const std::optional<std::string>& metric);

}  // namespace soundcheck::report
