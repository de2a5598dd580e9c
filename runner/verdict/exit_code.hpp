// The exit codes of the program: one enum and one table, which the help prints. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "runner/verdict/objective_result.hpp"

namespace soundcheck::verdict {

enum class ExitCode : int {
  pass = 0,
  objective_failed = 1,
  bad_usage = 2,
  invalid = 3,
  unreachable = 4,
  internal = 5,
  interrupted = 130,
};

struct ExitCodeRow {
  ExitCode code{};
  std::string_view meaning;
};
inline constexpr std::array<ExitCodeRow, 7> exit_codes{{
    {ExitCode::pass, "every objective reached its target or a warning level"},
    {ExitCode::objective_failed,
     "an objective failed (or warned, with --fail-on warning), at the end or with abort_on_fail before it"},
    {ExitCode::bad_usage, "wrong command line or profile; nothing was sent"},
    {ExitCode::invalid, "the generator could not keep its schedule, or an objective has no data"},
    {ExitCode::unreachable, "the target did not answer before the run"},
    {ExitCode::internal, "a mistake in soundcheck, or a report that could not be written"},
    {ExitCode::interrupted, "stopped by a signal; the report is written and marked partial"},
}};

/// The table for --help: one line per code.
std::string exit_code_help();

/// Of several runs: what a caller must hear of first. Interrupted, unreachable, internal, bad usage, failed,
/// invalid, pass.
ExitCode worse_of(ExitCode a, ExitCode b);

/// `interrupted` wins over the verdict; `fail_on_warning` is --fail-on warning.
ExitCode exit_code_of(Verdict verdict, bool interrupted, bool fail_on_warning);

}  // namespace soundcheck::verdict
