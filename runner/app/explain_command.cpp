// run_load_tests explain: a run in figures, without running it. It takes all options of a run.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <ostream>
#include <variant>

#include "runner/app/commands.hpp"
#include "runner/app/data_folders.hpp"
#include "runner/app/load_test.hpp"
#include "runner/app/options.hpp"
#include "runner/profile/check_file.hpp"
#include "runner/profile/units.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

namespace {

constexpr const char* help =
    R"(Shows a run in figures, and sends nothing: the load as a chart, expected starts and requests of each task,
sockets, calls and audio.
Usage: run_load_tests explain [NAME|FILE] [--response-time TIME] [options of a run]

  NAME|FILE             a profile (default: quick), or a system, which --profile puts load on (default: shapes/smoke)
  --response-time TIME  what each answer is assumed to take (default: 100ms)

Examples:
  run_load_tests explain stress
  run_load_tests explain mine.yaml --response-time 1s --skip-ai
  run_load_tests explain profiles/systems/mine.yaml --users 50 --run-time 5m
)";

/// Takes `--response-time X` or `--response-time=X` out; the last one counts.
std::optional<std::string> take_response_time(Arguments& arguments) {
  const std::string name = "--response-time";
  std::optional<std::string> value;
  for (auto it = arguments.begin(); it != arguments.end();) {
    if (it->starts_with(name + "=")) {
      value = it->substr(name.size() + 1);
      it = arguments.erase(it);
    } else if (*it == name) {
      const bool given = std::next(it) != arguments.end();
      value = given ? *std::next(it) : "";
      it = arguments.erase(it, given ? it + 2 : it + 1);
    } else {
      ++it;
    }
  }
  return value;
}

}  // namespace

int explain_command(const Arguments& arguments, const Host& host) {
  Arguments rest = arguments;
  const auto asks = [&](const char* option) {
    return std::find(rest.begin(), rest.end(), option) != rest.end();
  };
  if (asks("--help") || asks("-h")) {
    host.out << help;
    return static_cast<int>(verdict::ExitCode::pass);
  }
  const std::string time = take_response_time(rest).value_or("100ms");
  const auto response_time = profile::parse_duration(time);
  if (!response_time.value) {
    return refuse_usage(
        host, fmt::format("--response-time '{}': {}; {}", time, response_time.message, response_time.hint));
  }
  if (!rest.empty() && !rest.front().starts_with('-')) {
    const profile::FileCheck check =
        profile::check_file({rest.front(), {}, find_data(host).profiles, {}, host.environment});
    const bool system = check.kind == profile::FileKind::system;
    rest.insert(rest.begin(), system ? "--system" : "--profile");
    // A load on the API alone, which nearly every system has.
    const bool profile_named = std::any_of(rest.begin(), rest.end(),
                                           [](const std::string& a) { return a.starts_with("--profile"); });
    if (system && !profile_named) rest.insert(rest.begin(), "--profile=shapes/smoke");
  }
  rest.insert(rest.begin(), "run_load_tests");
  rest.emplace_back("--dry-run");
  std::vector<const char*> argv;
  for (const std::string& argument : rest) argv.push_back(argument.c_str());
  auto parsed = parse_options(static_cast<int>(argv.size()), argv.data(), "");
  if (const auto* message = std::get_if<Message>(&parsed)) {
    (message->exit_code == 0 ? host.out : host.err) << message->text;
    return message->exit_code;
  }
  Options options = std::get<Options>(std::move(parsed));
  options.explained_with = *response_time.value;
  return run_load_test(options, host);
}

}  // namespace soundcheck::app
