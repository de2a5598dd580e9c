// Results of imagined runs, whole and plausible, which the golden files show in every format.
#pragma once

#include "runner/report/result.hpp"

namespace soundcheck::report {

RunResult passing_run();
RunResult
rate_limited_run();  ///< fails: 429s, a crash of the target, hostile texts, waiting before the start
RunResult invalid_run();
RunResult no_data_run();
RunResult partial_run();
/// An objective with abort_on_fail ended it; levels with names of the user's own.
RunResult ended_early_run();
/// Checks with the levels excellent, acceptable and critical, of which one is critical.
RunResult own_levels_run();

}  // namespace soundcheck::report
