#include "runner/importer/curl_words.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "runner/importer/shell_variables.hpp"
#include "runner/importer/url.hpp"

namespace soundcheck::importer {

namespace {

/// Where the program begins that a word runs: behind $( or ` or (.
std::size_t begin_of_program(const std::string& text) {
  const std::size_t dollar = text.rfind("$(");
  if (dollar != std::string::npos) return dollar + 2;
  const std::size_t quote = text.rfind('`');
  if (quote != std::string::npos) return quote + 1;
  return text.starts_with('(') ? 1 : 0;
}

bool is_curl(const Word& word) {
  const std::string program = word.text.substr(begin_of_program(word.text));
  return std::filesystem::path(program).filename() == "curl" || program == "curl.exe";
}

/// Not a package that is installed beside curl.
bool is_address(const Word& word) {
  const std::size_t dot = word.text.find('.');
  const std::size_t slash = word.text.find('/');
  return word.text.find("://") != std::string::npos || leading_shell_mark(word.text) > 0 ||
         word.text.starts_with("localhost") || (dot > 0 && dot < slash && slash != std::string::npos);
}

/// Words that stand in front of a command, and those that end a block.
bool is_of_shell(const Word& word) {
  constexpr std::array<std::string_view, 13> words{"do", "then", "else", "if", "elif", "while", "until",
                                                   "!",  "{",    "}",    "fi", "done", "esac"};
  return std::find(words.begin(), words.end(), word.text) != words.end();
}

bool sets_only(const Word& word) { return is_assignment(word) && begin_of_program(word.text) == 0; }

}  // namespace

std::optional<std::vector<Word>> curl_command(const std::vector<Word>& words) {
  const auto first = std::find_if_not(words.begin(), words.end(), sets_only);
  const auto curl = std::find_if(first, words.end(), is_curl);
  const bool runs_it = curl == first || std::any_of(curl, words.end(), is_address);
  if (curl == words.end() || !runs_it) return std::nullopt;
  std::vector<Word> found(curl, words.end());
  // $(curl ...) ends with the last word.
  std::string& last = found.back().text;
  const bool inside = begin_of_program(found.front().text) > 0;
  if (inside && (last.ends_with(')') || last.ends_with('`'))) last.pop_back();
  if (last.empty()) found.pop_back();
  return found;
}

std::optional<std::string> quoted_curl(const Word& word) {
  const std::string& text = word.text;
  const std::size_t curl = std::min(text.find("$(curl "), text.find("`curl "));
  if (curl == std::string::npos) return std::nullopt;
  const std::size_t begin = std::min(text.find("http", curl), text.size());
  return shown_address(text.substr(begin, text.find_first_of(" \t\n\"')`|", begin) - begin));
}

std::string command_name(const std::vector<Word>& words) {
  const auto first = std::find_if_not(words.begin(), words.end(),
                                      [](const Word& word) { return sets_only(word) || is_of_shell(word); });
  if (first == words.end()) return {};
  if (is_assignment(*first)) return "that sets " + first->text.substr(0, first->text.find('='));
  return shell_quoted(first->text.substr(begin_of_program(first->text)));
}

}  // namespace soundcheck::importer
