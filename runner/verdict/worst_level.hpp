// Which of several levels is the worst, and what the user calls it. Pure; any thread.
#pragma once

#include <span>
#include <string>

#include "runner/verdict/objective_result.hpp"

namespace soundcheck::verdict {

/// 0 for the best. No data is worse than a warning: a test that measured nothing has shown nothing.
int severity(Level level);

/// The worst level that the objectives reached, by the name that the system gives it. Empty unless the levels
/// of all objectives have the same names, other than target, warning and critical: else no name fits them
/// all.
std::string common_level(std::span<const ObjectiveResult> objectives);

}  // namespace soundcheck::verdict
