// Variables of a shell that a script uses and does not set, such as $API_KEY. Each is a mark in the words,
// made of letters and digits, so that whatever handles text leaves it whole; in the file it is ${API_KEY} of
// the environment. Pure.
#pragma once

#include <string>
#include <string_view>

#include "runner/importer/draft.hpp"

namespace soundcheck::importer {

/// Stands for the value of the variable.
std::string shell_mark(std::string_view name);
/// The text is a mark and nothing else.
bool is_shell_mark(std::string_view text);
bool has_shell_mark(std::string_view text);
/// Where the text begins with a mark its length, else 0.
std::size_t leading_shell_mark(std::string_view text);
/// With $NAME in place of marks, as it was typed.
std::string with_shell_names(std::string_view text);

/// Each mark of the draft becomes ${NAME}, and the draft needs the variable.
void take_from_environment(Draft& draft);

}  // namespace soundcheck::importer
