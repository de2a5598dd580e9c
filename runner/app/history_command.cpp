// run_load_tests history: all results of a folder in the order of time, and where their figures are going.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>
#include <set>
#include <system_error>
#include <variant>

#include "runner/app/commands.hpp"
#include "runner/profile/nearest.hpp"
#include "runner/report/history.hpp"
#include "runner/report/text.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace fs = std::filesystem;

namespace {

constexpr const char* examples = R"(
Examples:
  run_load_tests history results
  run_load_tests history results --metric api.login.response_time.p99
      one figure of every run, with its standard error

Every .json file below the folder that --output wrote is a run. docs/comparing.md explains the trends.
)";

/// The .json files below a folder, in order; what cannot be entered is left out.
std::vector<std::string> json_files(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (entry->path().extension() == ".json" && entry->is_regular_file(ignored))
      files.push_back(entry->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Nothing if some run has the figure.
std::optional<std::string> unknown_metric(const std::string& metric,
                                          const std::vector<report::StoredResult>& runs) {
  std::set<std::string> known;
  for (const report::StoredResult& run : runs) {
    for (const auto& figure : run.figures) known.insert(figure.first);
  }
  if (known.contains(metric)) return std::nullopt;
  if (known.empty()) return "none of the results has comparable figures; run again to make some";
  return fmt::format("no run has a figure '{}'; {}", metric,
                     profile::nearest_hint(metric, {known.begin(), known.end()}));
}

}  // namespace

int history_command(const Arguments& arguments, const Host& host) {
  std::string folder;
  std::optional<std::string> metric;
  CLI::App app{"Lists the results of a folder in the order of time, with the trend of their figures.",
               "run_load_tests history"};
  app.add_option("folder", folder, "Where --output wrote results; folders in it count too")
      ->required()
      ->type_name("DIR");
  app.add_option("--metric", metric, "One figure, by its name under comparable in the results")
      ->type_name("NAME");
  app.footer(examples);
  if (const auto done = parse_arguments(app, arguments, host)) return *done;
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return refuse_usage(host, fmt::format("there is no folder {}", folder));

  std::vector<report::StoredResult> runs;
  std::vector<std::string> left_out;
  for (const std::string& file : json_files(folder)) {
    auto loaded = load_result(file);
    if (auto* result = std::get_if<report::StoredResult>(&loaded)) {
      runs.push_back(std::move(*result));
    } else {
      left_out.push_back(std::get<std::string>(loaded));
    }
  }
  for (const std::string& problem : left_out)
    host.err << "run_load_tests: left out: " << report::printable(problem) << '\n';
  if (runs.empty()) {
    return refuse_usage(
        host, fmt::format("there is no result in {}; name a folder that --output wrote into", folder));
  }
  if (metric) {
    if (const auto problem = unknown_metric(*metric, runs)) return refuse_usage(host, *problem);
  }
  host.out << report::history_text(std::move(runs), metric) << std::flush;
  return static_cast<int>(verdict::ExitCode::pass);
}

}  // namespace soundcheck::app
