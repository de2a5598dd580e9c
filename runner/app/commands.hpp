// What run_load_tests does beside running load: compare, history, import, isolate, new, report, validate.
// Each in a file of its own. Control thread only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/app/host.hpp"
#include "runner/report/stored_result.hpp"

namespace CLI {
class App;
}

namespace soundcheck::app {

/// Does what the first argument names, and gives the exit code. Nothing if it names no command: then the
/// arguments are options of a run.
std::optional<int> run_command(int argc, const char* const* argv, const Host& host);

/// The arguments after the command's name.
using Arguments = std::vector<std::string>;

int compare_command(const Arguments& arguments, const Host& host);
int history_command(const Arguments& arguments, const Host& host);
int import_command(const Arguments& arguments, const Host& host);
int isolate_command(const Arguments& arguments, const Host& host);
int new_command(const Arguments& arguments, const Host& host);
int report_command(const Arguments& arguments, const Host& host);
int validate_command(const Arguments& arguments, const Host& host);
int explain_command(const Arguments& arguments, const Host& host);

/// A result that a run wrote; else what is wrong with the file.
std::variant<report::StoredResult, std::string> load_result(const std::string& file);

/// Reads the arguments; prints help or what is wrong with them. The exit code if there is nothing left to do.
std::optional<int> parse_arguments(CLI::App& app, Arguments arguments, const Host& host);
/// Says what is wrong. Gives the exit code of wrong usage.
int refuse_usage(const Host& host, std::string_view text);

}  // namespace soundcheck::app
