// The results of several runs, one after the other, as one: a table for people and JSON with everything.
// Plain data and pure functions; control thread only.
#pragma once

#include <string>
#include <vector>

#include "runner/report/console.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::report {

struct RunListResult {
  std::string name;
  std::string started_at;            ///< RFC 3339, UTC
  std::vector<std::string> planned;  ///< names of all runs, in order
  std::vector<RunResult> runs;       ///< of those that were run: the first ones of `planned`
  std::string stopped;               ///< why the others were not; empty if there are none
  int exit_code = 5;                 ///< of the worst run
};

/// `runs` holds each result as to_json() writes it; `api`, `websocket` and `ai_pipeline` have a `success`
/// that holds for all runs.
std::string to_json(const RunListResult& result);

/// A line for each run, and the final result as the last line.
std::string summary(const RunListResult& result, const Style& style);

}  // namespace soundcheck::report
