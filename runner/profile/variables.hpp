// {{variables}} of a user: which names exist at which step. Checked when a system is loaded, so that a typing
// mistake does not become a thousand 404s. Control thread only.
#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "runner/profile/mistakes.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// Every user has these from the start.
inline constexpr std::array<std::string_view, 4> built_in_variables{"uuid", "user_id", "iteration",
                                                                    "timestamp"};

/// Letters, digits and underscores, not beginning with a digit: the rule for {{x}} and for ${X}.
bool is_variable_name(std::string_view name);

/// Reports every {{name}} below `value` that is neither built in nor in `extracted`, and every {{ that is not
/// closed.
void check_variables(const Value& value, const std::set<std::string>& extracted, Mistakes& mistakes);

}  // namespace soundcheck::profile
