// run_load_tests report: makes the reports of a run out of its journal, also of one that was killed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ostream>
#include <variant>

#include "runner/app/commands.hpp"
#include "runner/app/rebuild.hpp"
#include "runner/app/reports.hpp"
#include "runner/report/console.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

constexpr const char* examples = R"(
Examples:
  run_load_tests report load-results.json.journal
      what a run had measured when it was killed
  run_load_tests report soak.journal --output soak.json --html soak.html --csv soak

The exit code is the run's; 130 where it did not come to its end. docs/journal.md says what a journal holds.
)";

}  // namespace

int report_command(const Arguments& arguments, const Host& host) {
  std::string journal;
  Options options;
  CLI::App app{"Makes the reports of a run out of its journal.", "run_load_tests report"};
  app.add_option("journal", journal, "What --journal wrote, or FILE.journal beside --output FILE")
      ->required()
      ->type_name("JOURNAL");
  app.add_option("--output", options.output, "Write the result as JSON")->type_name("FILE");
  app.add_option("--html", options.html, "Write a report as one HTML file")->type_name("FILE");
  app.add_option("--csv", options.csv, "Write PREFIX_stats.csv and three more, as Locust does")
      ->type_name("PREFIX");
  app.footer(examples);
  if (const auto done = parse_arguments(app, arguments, host)) return *done;
  if (const auto problem = check_reports(options)) return refuse_usage(host, *problem);

  auto rebuilt = rebuild(journal);
  if (const auto* problem = std::get_if<std::string>(&rebuilt)) return refuse_usage(host, *problem);
  auto& result = std::get<report::RunResult>(rebuilt);
  const Written written =
      write_reports(reports_of(options, result.profile_name, result.started_at, false), result);
  if (!written.problems.empty()) {
    host.err << "run_load_tests: " << written.problems;
    result.exit_code = static_cast<int>(verdict::ExitCode::internal);
  }
  host.out << report::summary(result, {host.terminal, written.json, written.files}) << std::flush;
  return result.exit_code;
}

}  // namespace soundcheck::app
