// run_load_tests compare: says what got better or worse from earlier runs to a new one.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ostream>
#include <variant>

#include "runner/app/commands.hpp"
#include "runner/app/text_files.hpp"
#include "runner/report/comparison.hpp"
#include "runner/report/json_file.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

using compare::Change;

constexpr const char* examples = R"(
Examples:
  run_load_tests compare main.json mine.json
  run_load_tests compare main-1.json main-2.json main-3.json mine.json --markdown comment.md
      three baselines: what they differ by among themselves is the noise that a change must stand out of
  run_load_tests compare main.json mine.json --fail-on cannot_tell
      for a gate: what cannot be told fails as well

Exit code 0: nothing is worse. 1: something is. 2: a file cannot be read. 3: nothing could be compared.
docs/comparing.md explains the table.
)";

constexpr int something_worse = 1;
constexpr int nothing_compared = 3;

int exit_code_for(const report::RunComparison& comparison, const std::string& fail_on) {
  if (comparison.figures.empty()) return nothing_compared;
  const bool fails = comparison.count(Change::worse) > 0 ||
                     (fail_on == "cannot_tell" && comparison.count(Change::cannot_tell) > 0);
  return fails && fail_on != "never" ? something_worse : static_cast<int>(verdict::ExitCode::pass);
}

}  // namespace

std::variant<report::StoredResult, std::string> load_result(const std::string& file) {
  auto text = read_text_file(file);
  if (auto* problem = std::get_if<std::string>(&text)) return std::move(*problem);
  return report::read_stored_result(file, std::get<TextFile>(text).text);
}

int compare_command(const Arguments& arguments, const Host& host) {
  std::vector<std::string> files;
  std::string markdown;
  std::string fail_on = "worse";
  bool all = false;
  CLI::App app{"Compares the result of a run with those of earlier ones, the new one last.",
               "run_load_tests compare"};
  app.add_option("results", files, "BASE.json [BASE2.json ...] NEW.json, as --output wrote them")
      ->required()
      ->type_name("FILE");
  app.add_option("--markdown", markdown, "Write the table as Markdown, for a pull request")
      ->type_name("FILE");
  app.add_option("--fail-on", fail_on, "What gives exit code 1: worse, cannot_tell (or worse), never")
      ->check(CLI::IsMember({"worse", "cannot_tell", "never"}))
      ->capture_default_str()
      ->type_name("WHAT");
  app.add_flag("--all", all, "Show every figure of every task");
  app.footer(examples);
  if (const auto done = parse_arguments(app, arguments, host)) return *done;
  if (files.size() < 2)
    return refuse_usage(host, "there is nothing to compare with; name a baseline first, then the new result");
  if (!markdown.empty()) {
    if (const auto problem = report::check_writable(markdown)) return refuse_usage(host, *problem);
  }
  std::vector<report::StoredResult> results;
  std::string problems;
  for (const std::string& file : files) {
    auto loaded = load_result(file);
    if (auto* result = std::get_if<report::StoredResult>(&loaded)) {
      results.push_back(std::move(*result));
    } else {
      problems += (problems.empty() ? "" : "\nrun_load_tests: ") + std::get<std::string>(loaded);
    }
  }
  if (!problems.empty()) return refuse_usage(host, problems);

  report::StoredResult fresh = std::move(results.back());
  results.pop_back();
  const report::RunComparison comparison = report::compare_results(std::move(results), std::move(fresh));
  host.out << report::comparison_text(comparison, all, host.terminal) << std::flush;
  if (!markdown.empty()) {
    const auto problem = report::write_file(markdown, report::comparison_markdown(comparison, all));
    if (problem) {
      host.err << "run_load_tests: " << *problem << '\n';
      return static_cast<int>(verdict::ExitCode::internal);
    }
  }
  return exit_code_for(comparison, fail_on);
}

}  // namespace soundcheck::app
