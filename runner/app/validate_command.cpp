// run_load_tests validate: says every mistake in files, without running them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ostream>
#include <variant>

#include "runner/app/commands.hpp"
#include "runner/app/data_folders.hpp"
#include "runner/app/env_file.hpp"
#include "runner/monitor/make_monitor.hpp"
#include "runner/profile/check_file.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

constexpr const char* examples = R"(
Examples:
  run_load_tests validate profiles/*.yaml profiles/systems/*.yaml
  run_load_tests validate --env-file .env mine.yaml
      ${NAME} in a file finds its value there, or in the environment
  run_load_tests validate quick
      a name is looked for among the profiles, then among the systems

A profile is checked together with the system that it names. Exit code 2: a file has mistakes.
)";

}  // namespace

int validate_command(const Arguments& arguments, const Host& host) {
  std::vector<std::string> files;
  std::optional<std::string> env_file;
  CLI::App app{"Checks profiles and systems as a run would, and sends nothing.", "run_load_tests validate"};
  app.add_option("files", files, "Profiles and systems")->required()->type_name("FILE|NAME");
  app.add_option("--env-file", env_file,
                 "Read variables for ${NAME} from NAME=VALUE lines; the environment wins")
      ->type_name("FILE");
  app.footer(examples);
  if (const auto done = parse_arguments(app, arguments, host)) return *done;
  auto environment = read_environment(host.environment, env_file);
  if (const auto* problem = std::get_if<std::string>(&environment)) return refuse_usage(host, *problem);

  const DataFolders data = find_data(host);
  bool all_well = true;
  for (const std::string& file : files) {
    const profile::FileCheck check = profile::check_file(
        {file, {}, data.profiles, {}, std::get<Environment>(environment), {}, monitor::check_monitor});
    for (const profile::Diagnostic& diagnostic : check.diagnostics)
      host.err << diagnostic.to_string() << '\n';
    const std::size_t n = check.diagnostics.size();
    all_well = all_well && n == 0;
    const std::string_view kind = check.kind == profile::FileKind::profile ? "profile" : "system";
    host.out << (n == 0 ? fmt::format("{}: ok ({})\n", file, kind)
                        : fmt::format("{}: {} mistake{}\n", file, n, n == 1 ? "" : "s"))
             << std::flush;
  }
  return static_cast<int>(all_well ? verdict::ExitCode::pass : verdict::ExitCode::bad_usage);
}

}  // namespace soundcheck::app
