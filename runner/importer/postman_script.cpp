#include "runner/importer/postman_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string_view>

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_line = 500;  // std::regex recurses for each character
constexpr std::size_t longest_shown = 100;

/// Where the text in quotes ends that begins at `begin`: behind its last quote.
std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text.size() && text[end] != text[begin]) end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

/// For people: texts may be passwords. Names of variables stay.
std::string without_texts(std::string_view statement) {
  std::string out;
  for (std::size_t i = 0; i < statement.size();) {
    const std::size_t end = is_quote(statement[i]) ? end_of_quoted(statement, i) : i + 1;
    const bool is_name = out.ends_with(".set(") || out.ends_with(".get(") || out.ends_with("Variable(");
    if (is_quote(statement[i]) && !is_name) {
      out += fmt::format("{0}\u2026{0}", statement[i]);
    } else {
      out += statement.substr(i, end - i);
    }
    i = end;
  }
  return out;
}

/// A text between backticks goes on in the next line.
bool goes_on(std::string_view line) {
  for (std::size_t i = 0; i < line.size();) {
    if (line.substr(i).starts_with("//")) return false;
    const std::size_t end = is_quote(line[i]) ? end_of_quoted(line, i) : i + 1;
    const bool closed = end > i + 1 && line[end - 1] == line[i];
    if (line[i] == '`' && !closed) return true;
    i = end;
  }
  return false;
}

/// One for each line of the script, with all of a text that has several.
std::vector<std::string> whole_lines(const std::vector<std::string>& lines) {
  std::vector<std::string> out;
  bool open = false;
  for (const std::string& given : lines) {
    std::istringstream text(given);
    for (std::string line; std::getline(text, line);) {
      if (open) {
        out.back() += ' ' + line;
      } else {
        out.push_back(line);
      }
      open = goes_on(out.back());
    }
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n;");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n;") - first + 1));
}

/// `.data.items[0]["a b"]` as /data/items/0/a b; nothing if there is anything else.
std::optional<std::string> pointer_of(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    std::string part;
    if (path.front() == '.' || path.starts_with("?.")) {
      path.remove_prefix(path.front() == '.' ? 1 : 2);
      while (!path.empty() && (std::isalnum(static_cast<unsigned char>(path.front())) != 0 ||
                               path.front() == '_' || path.front() == '$')) {
        part += path.front();
        path.remove_prefix(1);
      }
    } else if (path.front() == '[') {
      const std::size_t end = path.find(']');
      if (end == std::string_view::npos) return std::nullopt;
      part = path.substr(1, end - 1);
      const bool quoted =
          part.size() >= 2 && (part.front() == '"' || part.front() == '\'') && part.back() == part.front();
      if (quoted) part = part.substr(1, part.size() - 2);
      if (!quoted && part.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
      path.remove_prefix(end + 1);
    }
    if (part.empty()) return std::nullopt;
    out += '/';
    for (char c : part) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return out;
}

/// 'text', "text", 3, true: a literal of JavaScript as JSON.
std::optional<json::value> literal_of(const std::string& text) {
  if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front() &&
      text.find('\\') == std::string::npos && text.find(text.front(), 1) == text.size() - 1)
    return json::value(text.substr(1, text.size() - 2));
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || value.is_structured() || value.is_null() || value.is_string()) return std::nullopt;
  return value;
}

class ScriptReader {
 public:
  ScriptFacts read(const std::vector<std::string>& lines) {
    bool comment = false;
    for (std::string line : whole_lines(lines)) {
      if (comment) {
        const std::size_t end = line.find("*/");
        if (end == std::string::npos) continue;
        line.erase(0, end + 2);
        comment = false;
      }
      line = without_comments(line, comment);
      if (line.size() > longest_line) {
        lose(line);
        continue;
      }
      for (const std::string& statement : statements(line)) read_statement(statement);
    }
    std::sort(facts_.status.begin(), facts_.status.end());
    facts_.status.erase(std::unique(facts_.status.begin(), facts_.status.end()), facts_.status.end());
    return std::move(facts_);
  }

 private:
  static std::string without_comments(const std::string& line, bool& comment) {
    std::string out;
    for (std::size_t i = 0; i < line.size();) {
      const std::string_view rest = std::string_view(line).substr(i);
      if (rest.starts_with("//")) return out;
      if (rest.starts_with("/*")) {
        const std::size_t end = line.find("*/", i + 2);
        comment = end == std::string::npos;
        if (comment) return out;
        i = end + 2;
        continue;
      }
      const std::size_t end = is_quote(line[i]) ? end_of_quoted(line, i) : i + 1;
      out += line.substr(i, end - i);
      i = end;
    }
    return out;
  }

  /// Split at ; { and } outside of quotes and of the object literals that no recognised form has.
  static std::vector<std::string> statements(const std::string& line) {
    std::vector<std::string> out(1);
    for (std::size_t i = 0; i < line.size();) {
      const char c = line[i];
      const std::size_t end = is_quote(c) ? end_of_quoted(line, i) : i + 1;
      if (c == ';' || c == '{' || c == '}') {
        out.emplace_back();
      } else {
        out.back() += line.substr(i, end - i);
      }
      i = end;
    }
    return out;
  }

  void read_statement(const std::string& given) {
    // pm.test("name", function () and its arrow form only give what follows a name.
    static const std::regex frame(
        R"(^\s*pm\.test\s*\(\s*("[^"]*"|'[^']*'|`[^`]*`)\s*,\s*(async\s+)?(function\s*\w*\s*\(\s*\)|\(\s*\)\s*=>)\s*)");
    std::string text = std::regex_replace(given, frame, "", std::regex_constants::format_first_only);
    text = trimmed(text);
    while (text.size() > 1 && text.back() == ')' &&
           std::count(text.begin(), text.end(), ')') > std::count(text.begin(), text.end(), '(')) {
      text = trimmed(std::string_view(text).substr(0, text.size() - 1));
    }
    if (text.empty() || text == ")" || text == "(") return;
    if (!read_status(text) && !read_alias(text) && !read_extract(text) && !read_expect(text)) lose(text);
  }

  bool read_status(const std::string& text) {
    static const std::regex one(
        R"(^(?:pm\.response\.to\.have\.status\(\s*(\d{3})\s*\)|pm\.expect\(\s*pm\.response\.code\s*\)\.to\.(?:be\.)?(?:eql|equals?|eq)\(\s*(\d{3})\s*\)|tests\[.*\]\s*=\s*responseCode\.code\s*={2,3}\s*(\d{3}))$)");
    static const std::regex many(
        R"(^pm\.expect\(\s*pm\.response\.code\s*\)\.to\.be\.oneOf\(\s*\[([\d,\s]+)\]\s*\)$)");
    static const std::regex good(R"(^pm\.response\.to\.be\.(?:ok|success)$)");
    std::smatch match;
    if (std::regex_match(text, match, one)) {
      for (std::size_t i = 1; i < match.size(); ++i) {
        if (match[i].matched) add_status(match[i].str());
      }
      return true;
    }
    if (std::regex_match(text, match, many)) {
      const std::string list = match[1].str();
      static const std::regex number(R"(\d{3})");
      for (std::sregex_iterator it(list.begin(), list.end(), number), end; it != end; ++it)
        add_status(it->str());
      return true;
    }
    static const std::regex fast(
        R"(^pm\.expect\(\s*pm\.response\.responseTime\s*\)\.to\.be\.(?:below|lessThan|lt)\(\s*(\d{1,6})\s*\)$)");
    if (std::regex_match(text, match, fast)) {
      facts_.below_ms = std::stoll(match[1].str());
      return true;
    }
    const bool any = std::regex_match(text, good);
    facts_.any_success = facts_.any_success || any;
    return any;
  }

  void add_status(const std::string& text) {
    const int status = std::stoi(text);
    if (status >= 100 && status <= 599) facts_.status.push_back(status);
  }

  /// `const data = pm.response.json()`.
  bool read_alias(const std::string& text) {
    static const std::regex alias(
        R"(^(?:const|let|var)\s+(\w+)\s*=\s*(?:pm\.response\.json\(\s*\)|JSON\.parse\(\s*responseBody\s*\))$)");
    std::smatch match;
    if (!std::regex_match(text, match, alias)) return false;
    aliases_.insert(match[1].str());
    return true;
  }

  /// The JSON Pointer of `data.a.b` or `pm.response.json().a.b`.
  std::optional<std::string> answer_pointer(const std::string& expression) const {
    static const std::regex form(R"(^(pm\.response\.json\(\s*\)|\w+)(.+)$)");
    std::smatch match;
    if (!std::regex_match(expression, match, form)) return std::nullopt;
    const std::string root = match[1].str();
    if (root.find('(') == std::string::npos && aliases_.count(root) == 0) return std::nullopt;
    return pointer_of(match[2].str());
  }

  bool read_extract(const std::string& text) {
    static const std::regex set(
        R"(^(?:pm\.(?:environment|collectionVariables|globals|variables)\.set|postman\.set(?:Environment|Global)Variable)\(\s*["']([^"']+)["']\s*,\s*(.+)\)$)");
    std::smatch match;
    if (!std::regex_match(text, match, set)) return false;
    const auto pointer = answer_pointer(trimmed(match[2].str()));
    if (!pointer) return false;
    facts_.extracts.emplace_back(match[1].str(), *pointer);
    return true;
  }

  bool read_expect(const std::string& text) {
    static const std::regex expect(
        R"(^pm\.expect\(\s*(.+?)\s*\)\.to\.(?:be\.)?(?:eql|equals?|eq)\(\s*(.+?)\s*\)$)");
    std::smatch match;
    if (!std::regex_match(text, match, expect)) return false;
    const auto pointer = answer_pointer(match[1].str());
    const auto value = literal_of(match[2].str());
    if (!pointer || !value) return false;
    facts_.expects.emplace_back(*pointer, *value);
    return true;
  }

  void lose(const std::string& text) {
    const std::string shown = without_texts(trimmed(text));
    facts_.lost.push_back(shown.size() > longest_shown ? shown.substr(0, longest_shown) + "..." : shown);
  }

  ScriptFacts facts_;
  std::set<std::string> aliases_;
};

}  // namespace

ScriptFacts read_postman_script(const std::vector<std::string>& lines) { return ScriptReader().read(lines); }

}  // namespace soundcheck::importer
