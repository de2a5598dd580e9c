// Command lines as a POSIX shell splits them into words: quotes, $'...', escapes, continued lines, comments,
// and variables: their value if the script sets it, else a mark (runner/importer/shell_variables.hpp). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runner/importer/document.hpp"

namespace soundcheck::importer {

struct Word {
  std::string text;
  std::size_t offset = 0;  ///< of its first byte in the source
};

/// The commands, each a list of words. Commands end at a line's end, ; & && || and |. Refuses quotes that are
/// not closed. Commands that only set variables are left out, unless they run others for their values, as
/// ID=$(uuidgen) does: such a variable is one that the script does not set. In a command that a browser
/// copied for Windows' cmd, ^ is taken as the escape that it is there.
std::vector<std::vector<Word>> shell_commands(const Source& source);

/// NAME=value.
bool is_assignment(const Word& word);

/// A word as one has to type it.
std::string shell_quoted(const std::string& word);

}  // namespace soundcheck::importer
