// The summary of a run for a person at a terminal: figures first, then what failed, why and what to do, and
// the verdict as the last line, where the eye is. Pure: the caller writes it. Control thread only.
#pragma once

#include <string>
#include <vector>

#include "runner/report/live.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::report {

struct Style {
  bool colour = false;                  ///< ANSI colours
  std::string json_path;                ///< where the JSON result was written; empty if nowhere
  std::vector<std::string> files = {};  ///< other reports that were written
};

std::string summary(const RunResult& result, const Style& style);

}  // namespace soundcheck::report
