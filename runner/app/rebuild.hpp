// The result of a run out of its journal: of one that was killed, or of one whose reports are wanted in
// another form. The seconds go through the same totals, watches and verdicts as in the run itself. Control
// thread.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "runner/report/result.hpp"

namespace soundcheck::app {

/// The error is for the user. A run without an end comes back as partial, with a note on what was cut.
std::variant<report::RunResult, std::string> rebuild(const std::filesystem::path& journal);

}  // namespace soundcheck::app
