#include "runner/verdict/exit_code.hpp"

#include <fmt/format.h>

namespace soundcheck::verdict {

std::string exit_code_help() {
  std::string text;
  for (const ExitCodeRow& row : exit_codes)
    text += fmt::format("  {:>3}  {}\n", static_cast<int>(row.code), row.meaning);
  return text;
}

ExitCode worse_of(ExitCode a, ExitCode b) {
  constexpr std::array order{ExitCode::interrupted, ExitCode::unreachable,      ExitCode::internal,
                             ExitCode::bad_usage,   ExitCode::objective_failed, ExitCode::invalid};
  for (const ExitCode code : order) {
    if (a == code || b == code) return code;
  }
  return ExitCode::pass;
}

ExitCode exit_code_of(Verdict verdict, bool interrupted, bool fail_on_warning) {
  if (interrupted) return ExitCode::interrupted;
  switch (verdict) {
    case Verdict::pass:
      return ExitCode::pass;
    case Verdict::warn:
      return fail_on_warning ? ExitCode::objective_failed : ExitCode::pass;
    case Verdict::fail:
      return ExitCode::objective_failed;
    case Verdict::invalid:
    case Verdict::no_data:
      return ExitCode::invalid;
  }
  return ExitCode::internal;
}

}  // namespace soundcheck::verdict
