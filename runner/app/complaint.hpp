// What goes wrong before or after a run, said on the error output. Control thread.
#pragma once

#include <string>
#include <vector>

#include "runner/app/host.hpp"
#include "runner/profile/load.hpp"
#include "runner/verdict/exit_code.hpp"

namespace soundcheck::app {

/// "run_load_tests: TEXT". Gives the code as a number.
int complain(const Host& host, verdict::ExitCode code, const std::string& text);

/// All mistakes of a file, and how many they are.
void say_mistakes(const Host& host, const std::vector<profile::Diagnostic>& diagnostics);

}  // namespace soundcheck::app
