// {{variables}} of a user: which names exist at which step. Checked when a system is loaded, so that a typing
// mistake does not become a thousand 404s. Control thread only.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "protocols/core/syntax_error.hpp"
#include "protocols/core/text_template.hpp"
#include "runner/profile/api_system.hpp"
#include "runner/profile/mistakes.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// The rule for {{x}} and for ${X}.
using core::is_variable_name;

using Names = std::set<std::string>;

/// Names that no step can set: generators, and the count of a loop.
bool is_built_in(std::string_view name);

/// Reports what is wrong with an expression or a template, at its place in the line where that is known.
void report_syntax(const Value& node, const core::SyntaxError& error, const Names& known, Mistakes& mistakes);

/// Reports every {{name}} below `value` that is neither built in nor in `known`, and every {{ that cannot be
/// understood.
void check_variables(const Value& value, const Names& known, Mistakes& mistakes);
/// The same for a condition.
void check_expression(const Value& value, const Names& known, Mistakes& mistakes);

/// Reads steps in order: what one sets or extracts, the next ones may use, and so may the caller (`known`
/// grows).
void check_steps(const Value& list, const std::vector<Step>& steps, Names& known, Mistakes& mistakes);

}  // namespace soundcheck::profile
