// What the command line says about tasks and user classes by name: without them, with other weights, only
// these classes. Applied to the document before it is read, so that all rules hold for the outcome. Control
// thread only.
#pragma once

#include "runner/profile/load.hpp"
#include "runner/profile/mistakes.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// `system`: the root of a system's document.
void apply_task_choice(Value& system, const TaskChoice& choice, Mistakes& mistakes);

}  // namespace soundcheck::profile
