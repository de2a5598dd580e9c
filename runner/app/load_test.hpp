// The program's one job, from options to exit code: load the profile, find the target, run, judge, report.
// Control thread.
#pragma once

#include "runner/app/host.hpp"
#include "runner/app/options.hpp"

namespace soundcheck::app {

/// Returns the exit code (runner/verdict/exit_code.hpp).
int run_load_test(const Options& options, const Host& host);

}  // namespace soundcheck::app
