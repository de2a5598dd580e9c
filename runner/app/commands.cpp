#include "runner/app/commands.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <ostream>

#include "runner/profile/nearest.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

struct Command {
  std::string_view name;
  int (*run)(const Arguments&, const Host&);
};

constexpr std::array commands{Command{"compare", compare_command}, Command{"explain", explain_command},
                              Command{"history", history_command}, Command{"import", import_command},
                              Command{"isolate", isolate_command}, Command{"new", new_command},
                              Command{"report", report_command},   Command{"validate", validate_command}};

/// The option that was meant by one that we do not know.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return error.what();
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  const std::string given = app.remaining().front();
  if (!given.starts_with('-')) return fmt::format("unexpected argument '{}'", given);
  return fmt::format("unknown option {}; {}", given,
                     profile::nearest_hint(given.substr(0, given.find('=')), known));
}

}  // namespace

std::optional<int> run_command(int argc, const char* const* argv, const Host& host) {
  if (argc < 2 || argv[1][0] == '-') return std::nullopt;
  const std::string_view name = argv[1];
  const auto* command =
      std::find_if(commands.begin(), commands.end(), [&](const Command& c) { return c.name == name; });
  if (command != commands.end()) return command->run(Arguments(argv + 2, argv + argc), host);
  std::vector<std::string> known;
  for (const Command& c : commands) known.emplace_back(c.name);
  return refuse_usage(host, fmt::format("unknown command '{}'; {}\nTry: run_load_tests --help", name,
                                        profile::nearest_hint(name, known)));
}

std::optional<int> parse_arguments(CLI::App& app, Arguments arguments, const Host& host) {
  app.get_formatter()->column_width(34);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the end
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    host.out << app.help();
    return static_cast<int>(verdict::ExitCode::pass);
  } catch (const CLI::ParseError& error) {
    return refuse_usage(host, fmt::format("{}\nTry: {} --help", explain(app, error), app.get_name()));
  }
  return std::nullopt;
}

int refuse_usage(const Host& host, std::string_view text) {
  host.err << "run_load_tests: " << text << '\n';
  return static_cast<int>(verdict::ExitCode::bad_usage);
}

}  // namespace soundcheck::app
