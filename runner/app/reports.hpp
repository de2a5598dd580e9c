// Which files a run's result goes to, asked for on the command line, and writing them. Control thread only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/app/options.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

/// Paths, each with the option that asked for it.
struct Reports {
  std::vector<std::pair<std::string, std::string>> json;
  std::vector<std::pair<std::string, std::string>> html;
  std::vector<std::pair<std::string, std::string>> csv;  ///< prefixes
};

/// The file of one run of a list: "report.html" of the run a/smoke is "report_smoke.html".
std::string run_file(const std::filesystem::path& path, const std::string& name);

/// The folder of one run or list in --results-dir: "DIR/ngx_sales_agent_baseline_20260102_030405".
std::string results_folder(const std::string& root, const std::string& name, const std::string& started_at);

/// Whether all of them can be expected to be written; asked before the run. Makes the folder of
/// --results-dir. Returns what is wrong and what to do.
std::optional<std::string> check_reports(const Options& options);

/// The files of one run. `one_of_several`: of a list of runs, so that the run's name becomes part of each
/// file name, and there is no JSON of its own except in --results-dir.
Reports reports_of(const Options& options, const std::string& name, const std::string& started_at,
                   bool one_of_several);

/// What was written, for people, and what could not be.
struct Written {
  std::string json;                ///< empty if nowhere
  std::vector<std::string> files;  ///< the others
  std::string problems;            ///< a line for each
};
Written write_reports(const Reports& reports, const report::RunResult& result);

/// Writes one file; adds to what was written.
void write_report(const std::pair<std::string, std::string>& path, const std::string& text, Written& written);

}  // namespace soundcheck::app
