#include "runner/importer/js_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>
#include <utility>

namespace soundcheck::importer {

namespace {

using profile::Value;

constexpr std::size_t longest_code = 60;
constexpr int max_depth = 40;

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

class Reader {
 public:
  explicit Reader(const Source& source) : source_(source), text_(source.text) {}

  Script read() {
    while (at_ < text_.size()) step();
    return std::move(script_);
  }

 private:
  // Over the whole script: strings and comments are skipped, words looked at.
  void step() {
    skip_space();
    if (at_ >= text_.size()) return;
    const char c = text_[at_];
    if (is_name_character(c)) {
      word();
      return;
    }
    if (c == '"' || c == '\'' || c == '`') {
      skip_string();
    } else if (c == '/' && regex_may_begin()) {
      skip_regex();
    } else {
      ++at_;
    }
    before_ = c;
  }

  void word() {
    const std::size_t start = at_;
    const std::string name = take_name();
    const std::string previous = std::exchange(word_, name);
    const bool declared = previous == "const" || previous == "let" || previous == "var" || before_ == '.';
    before_ = 'a';
    if (name == "options" && declared && !script_.options) {
      read_options();
    } else if (name == "http" && at_ < text_.size() && text_[at_] == '.') {
      script_.requests.push_back(line_of(start));
    } else if (previous == "function" && exported_) {
      script_.functions.push_back(name);
      exported_ = false;
    } else if (declared) {
      remember_constant(name);
    }
    if (name == "export") exported_ = true;
    if (name == "default" && previous == "export") {
      script_.functions.emplace_back("default");
      exported_ = false;
    }
    if (name == "const" || name == "let" || name == "var") exported_ = false;
  }

  /// `= {...}`, perhaps with a type of TypeScript before it.
  void read_options() {
    skip_space();
    if (peek() == ':') at_ = std::min(text_.find_first_of("=\n", at_), text_.size());
    if (peek() != '=') return;
    ++at_;
    skip_space();
    if (peek() == '{') script_.options = value("options", 0);
  }

  /// `const VUS = 50`, for use in the options.
  void remember_constant(const std::string& name) {
    const std::size_t start = at_;
    skip_space();
    if (peek() == '=') {
      ++at_;
      skip_space();
      if (const auto constant = literal_scalar()) constants_[name] = *constant;
    }
    at_ = start;
  }

  // The object.
  Value value(const std::string& path, int depth) {
    skip_space();
    if (depth > max_depth) refuse_at(source_, at_, "the options are nested too deeply");
    Value out;
    const std::size_t start = at_;
    out.origin = {source_.file, line_of(at_), 0};
    out.path = path;
    if (peek() == '{') return object(std::move(out), depth);
    if (peek() == '[') return list(std::move(out), depth);
    auto scalar = literal_scalar();
    if (!scalar && is_name_character(peek())) {
      const auto constant = constants_.find(take_name());
      if (constant != constants_.end()) scalar = constant->second;
    }
    skip_space();
    if (scalar && (at_ >= text_.size() || peek() == ',' || peek() == '}' || peek() == ']')) {
      scalar->origin = out.origin;
      scalar->path = path;
      return *scalar;
    }
    at_ = start;
    return code(std::move(out));
  }

  Value object(Value out, int depth) {
    const std::size_t start = at_++;
    out.kind = Value::Kind::map;
    for (skip_space(); peek() != '}'; skip_space()) {
      if (at_ >= text_.size()) refuse_at(source_, start, "this { is not closed", "the script was cut off");
      read_entry(out, depth);
      skip_space();
      if (peek() == ',') {
        ++at_;
      } else if (peek() != '}' && at_ < text_.size()) {
        refuse_at(source_, at_, "a comma or } is expected here");
      }
    }
    ++at_;
    return out;
  }

  void read_entry(Value& out, int depth) {
    Value::Entry entry;
    entry.origin = {source_.file, line_of(at_), 0};
    if (text_.substr(at_).starts_with("...")) {
      Value spread = code({});
      script_.guessed.push_back(fmt::format("line {}: `{}` is code", entry.origin.line, spread.text));
      return;
    }
    if (peek() == '"' || peek() == '\'') {
      entry.key = string_text();
    } else {
      entry.key = take_name();
    }
    if (entry.key.empty()) refuse_at(source_, at_, "the name of an option is expected here");
    skip_space();
    const std::string path = fmt::format("{}.{}", out.path, entry.key);
    if (peek() == ':') {
      ++at_;
      entry.value = value(path, depth + 1);
    } else {
      // `{ stages }` stands for `{ stages: stages }`, and `exec() {...}` is a function.
      const auto constant = constants_.find(entry.key);
      if (constant != constants_.end()) {
        entry.value = constant->second;
      } else {
        entry.value = code({});
        entry.value.text = entry.key;
      }
      entry.value.origin = entry.origin;
      entry.value.path = path;
    }
    std::erase_if(out.entries,
                  [&](const Value::Entry& e) { return e.key == entry.key; });  // the last one counts
    out.entries.push_back(std::move(entry));
  }

  Value list(Value out, int depth) {
    const std::size_t start = at_++;
    out.kind = Value::Kind::list;
    for (skip_space(); peek() != ']'; skip_space()) {
      if (at_ >= text_.size()) refuse_at(source_, start, "this [ is not closed", "the script was cut off");
      out.items.push_back(value(fmt::format("{}[{}]", out.path, out.items.size()), depth + 1));
      skip_space();
      if (peek() == ',') {
        ++at_;
      } else if (peek() != ']' && at_ < text_.size()) {
        refuse_at(source_, at_, "a comma or ] is expected here");
      }
    }
    ++at_;
    return out;
  }

  /// Up to the comma or bracket that ends the value.
  Value code(Value out) {
    const std::size_t start = at_;
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) break;
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (c == '"' || c == '\'' || c == '`') {
        skip_string();
      } else {
        ++at_;
      }
    }
    std::string snippet(text_.substr(start, at_ - start));
    while (!snippet.empty() && std::isspace(static_cast<unsigned char>(snippet.back())) != 0)
      snippet.pop_back();
    std::replace_if(
        snippet.begin(), snippet.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return with_fallback(std::move(out), snippet);
  }

  /// "__ENV.VUS || 10": people mean 10 unless they say otherwise.
  Value with_fallback(Value out, const std::string& snippet) {
    const std::size_t mark = std::max(snippet.rfind("||") + 2, snippet.rfind("??") + 2);  // npos + 2 is 1
    const std::string shown = snippet.substr(0, longest_code) + (snippet.size() > longest_code ? "..." : "");
    if (mark > 1) {
      const Source rest{snippet.substr(std::min(snippet.find_first_not_of(' ', mark), snippet.size())),
                        source_.file};
      Reader reader(rest);
      const auto fallback = reader.literal_scalar();
      if (fallback && reader.at_ == rest.text.size()) {
        script_.guessed.push_back(
            fmt::format("{}: `{}` is code, {} is taken", out.path, shown, fallback->text));
        out.kind = Value::Kind::scalar;
        out.text = fallback->text;
        out.quoted = fallback->quoted;
        return out;
      }
    }
    out.kind = Value::Kind::scalar;
    out.text = shown;
    out.broken = true;
    return out;
  }

  /// A number, a text, true, false, null or undefined; nothing (and nothing read) if it is none.
  std::optional<Value> literal_scalar() {
    const std::size_t start = at_;
    Value out;
    out.kind = Value::Kind::scalar;
    const char c = peek();
    if (c == '"' || c == '\'' || (c == '`' && plain_template())) {
      out.quoted = true;
      out.text = string_text();
      return out;
    }
    if (c == '-' || c == '.' || std::isdigit(static_cast<unsigned char>(c)) != 0) {
      while (at_ < text_.size() &&
             (is_name_character(text_[at_]) || text_[at_] == '.' || text_[at_] == '-')) {
        if (text_[at_] != '_') out.text += text_[at_];
        ++at_;
      }
      return out;
    }
    const std::string name = take_name();
    if (name == "true" || name == "false") {
      out.text = name;
      return out;
    }
    if (name == "null" || name == "undefined") return Value{};
    at_ = start;
    return std::nullopt;
  }

  /// No ${...} in it.
  bool plain_template() const {
    const std::string_view rest = text_.substr(at_ + 1);
    return rest.substr(0, rest.find('`')).find("${") == std::string_view::npos;
  }

  std::string string_text() {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote && (text_[at_] != '\n' || quote == '`')) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_++];
    }
    if (peek() != quote) refuse_at(source_, start, "this text is not closed", "the script was cut off");
    ++at_;
    return out;
  }

  /// Forgiving: a quote in a place that this reader misunderstands must not end the import.
  void skip_string() {
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      if (quote != '`' && text_[at_] == '\n') return;
      if (text_[at_] == '\\') ++at_;
      ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  bool regex_may_begin() const {
    return std::string_view("(,=:[!&|?{};\n").find(before_) != std::string_view::npos;
  }
  void skip_regex() {
    for (++at_; at_ < text_.size() && text_[at_] != '/' && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  void skip_space() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0 || rest.starts_with("\xef\xbb\xbf")) {
        ++at_;
      } else if (rest.starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest.starts_with("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  std::string take_name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  int line_of(std::size_t at) const {
    return static_cast<int>(
               std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
           1;
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  char before_ = '\n';  // the last character that was no space; 'a' after a word
  std::string word_;
  bool exported_ = false;
  std::map<std::string, Value> constants_;
  Script script_;
};

}  // namespace

Script read_script(const Source& source) { return Reader(source).read(); }

}  // namespace soundcheck::importer
