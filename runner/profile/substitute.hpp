// ${VAR}, ${VAR:-default} and $${ (a literal ${) in the scalars of a document. Runs after parsing, so a value
// of the environment can never add keys or lists. Control thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runner/profile/mistakes.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// Replaces in every scalar value (never in keys). The default after :- is also taken for an empty variable.
/// A mistake names the variable, never its value; one that is missing is one mistake, however often it is
/// used.
void substitute(Value& root, const Environment& environment, Mistakes& mistakes);

}  // namespace soundcheck::profile
