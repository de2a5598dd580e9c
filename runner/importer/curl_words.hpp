// Finds the curl commands among the commands of a script: they may stand behind other words, as in sudo curl,
// if curl, docker exec app curl and TOKEN=$(curl. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/importer/shell_words.hpp"

namespace soundcheck::importer {

/// The words from curl on; nothing if the command runs none.
std::optional<std::vector<Word>> curl_command(const std::vector<Word>& words);

/// Of "$(curl ...)" within quotes, which is one word, the address as it may be shown; empty if it shows none,
/// and nothing if the word is no such thing.
std::optional<std::string> quoted_curl(const Word& word);

/// The program of another command, or "that sets NAME"; empty if it runs nothing. Never a value, which may be
/// a secret.
std::string command_name(const std::vector<Word>& words);

}  // namespace soundcheck::importer
