#include "runner/importer/shell_words.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>

#include "runner/importer/shell_variables.hpp"

namespace soundcheck::importer {

namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | (code >> 12 & 0x0f));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

/// A command copied for Windows' cmd, where ^ escapes.
bool is_for_cmd(std::string_view text) {
  return text.find("^\n") != std::string_view::npos || text.find("^\r\n") != std::string_view::npos ||
         text.find("^\"") != std::string_view::npos;
}

bool is_name_character(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

bool is_name(std::string_view text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::all_of(text.begin(), text.end(), is_name_character);
}

/// $(...) or `...`.
bool runs_command(const Word& word) {
  return word.text.find("$(") != std::string::npos || word.text.find('`') != std::string::npos;
}

class Splitter {
 public:
  explicit Splitter(const Source& source) : source_(source), cmd_(is_for_cmd(source.text)) {
    if (cmd_) {
      take_off_carets();
    } else {
      text_ = source.text;
    }
  }

  std::vector<std::vector<Word>> split() {
    while (at_ < text_.size()) step();
    end_command();
    return std::move(commands_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '\n' || c == ';' || c == '|' || c == '&') {
      end_command();
      ++at_;
      if (c == '\n') skip_here_documents();
    } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      end_word();
      ++at_;
    } else if (c == '#' && !open_) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '\\' && !cmd_) {
      escape();
    } else if (c == '\'' && !cmd_) {
      single_quoted();
    } else if (c == '"') {
      double_quoted();
    } else if (starts_with("$'") && !cmd_) {
      dollar_quoted();
    } else if (c == '$' && !cmd_) {
      variable();
    } else if (c == '>' || c == '<') {
      redirection();
    } else {
      add(c);
      ++at_;
    }
  }

  /// cmd takes its escapes off before the program sees its arguments: ^x is x, and a continued line is none.
  /// Browsers that write ^" write all of them so; older ones escape only line breaks.
  void take_off_carets() {
    const std::string_view from = source_.text;
    const bool everywhere = from.find("^\"") != std::string_view::npos;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::string_view rest = from.substr(i);
      if (rest.starts_with("^\n") || rest.starts_with("^\r\n")) {
        i += rest[1] == '\r' ? 2 : 1;
        continue;
      }
      if (everywhere && from[i] == '^' && i + 1 < from.size()) ++i;
      text_ += from[i];
      places_.push_back(i);
    }
  }

  /// Where it stands in the source.
  std::size_t place(std::size_t at) const {
    if (!cmd_) return at;
    return at < places_.size() ? places_[at] : source_.text.size();
  }
  bool starts_with(std::string_view what) const {
    return std::string_view(text_).substr(at_).starts_with(what);
  }

  void begin_word() {
    if (!open_) word_ = {{}, place(at_)};
    open_ = true;
  }
  void add(char c) {
    begin_word();
    word_.text += c;
  }
  void end_word() {
    if (open_ && here_document_) here_documents_.push_back(word_.text);
    here_document_ = here_document_ && !open_;
    if (open_ && !redirected_) words_.push_back(std::move(word_));
    redirected_ = redirected_ && !open_;
    open_ = false;
  }
  /// `2>&1`, `>> log`: neither the number in front nor the file is a word of the command.
  void redirection() {
    const bool number = open_ && word_.text.find_first_not_of("0123456789") == std::string::npos;
    if (number) open_ = false;
    end_word();
    here_document_ = starts_with("<<") && !starts_with("<<<");
    at_ = std::min(text_.find_first_not_of("<>&|", at_), text_.size());
    redirected_ = true;
  }
  /// The lines after `<< END`, up to END, are no commands.
  void skip_here_documents() {
    for (const std::string& end : std::exchange(here_documents_, {})) {
      const std::string mark = end.substr(end.starts_with('-') ? 1 : 0);
      std::string line;
      while (at_ < text_.size() && line != mark) {
        const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
        line = text_.substr(at_, line_end - at_);
        line.erase(0, std::min(line.find_first_not_of('\t'), line.size()));
        at_ = std::min(line_end + 1, text_.size());
      }
    }
  }
  void end_command() {
    end_word();
    redirected_ = false;
    const std::vector<Word> words = std::exchange(words_, {});
    const bool exports =
        !words.empty() && (words.front().text == "export" || words.front().text == "readonly");
    const bool sets = std::all_of(words.begin() + (exports ? 1 : 0), words.end(), is_assignment);
    if (!sets || std::any_of(words.begin(), words.end(), runs_command)) {
      commands_.push_back(words);
    }
    if (!sets) return;
    for (const Word& word : words) {
      const std::size_t equals = word.text.find('=');
      if (equals == std::string::npos || runs_command(word)) continue;
      values_[word.text.substr(0, equals)] = word.text.substr(equals + 1);
    }
  }

  /// $NAME, ${NAME} and ${NAME:-default}. Everything else that a shell would expand stays as it is typed.
  void variable() {
    const bool braces = starts_with("${");
    const std::size_t name_at = at_ + (braces ? 2 : 1);
    std::size_t end = name_at;
    while (end < text_.size() && is_name_character(text_[end])) ++end;
    const std::string name = text_.substr(name_at, end - name_at);
    const std::size_t close = braces ? text_.find('}', end) : end;
    const std::string_view modifier = std::string_view(text_).substr(end, close - end);
    const bool has_default = modifier.starts_with(":-") || modifier.starts_with(":=");
    if (!is_name(name) || close == std::string::npos || !(modifier.empty() || has_default)) {
      add(text_[at_++]);
      return;
    }
    begin_word();
    if (const auto known = values_.find(name); known != values_.end()) {
      word_.text += known->second;
    } else {
      word_.text += has_default ? std::string(modifier.substr(2)) : shell_mark(name);
    }
    at_ = close + (braces ? 1 : 0);
  }

  /// Outside of quotes: the next character as it is; a continued line is nothing.
  void escape() {
    ++at_;
    if (starts_with("\r\n")) {
      at_ += 2;
    } else if (starts_with("\n")) {
      ++at_;
    } else if (at_ < text_.size()) {
      add(text_[at_++]);
    }
  }

  [[noreturn]] void refuse_quote(std::size_t start) const {
    refuse_at(source_, place(start), "this quote is not closed", "the command line was cut off");
  }

  void single_quoted() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string::npos) refuse_quote(at_);
    begin_word();
    word_.text += text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
  }

  void double_quoted() {
    begin_word();
    const std::string_view escapable = cmd_ ? "\"\\" : "\"\\$`\n";
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           escapable.find(text_[at_ + 1]) != std::string_view::npos;
      if (!escaped && text_[at_] == '$' && !cmd_) {
        variable();
        continue;
      }
      if (escaped) ++at_;
      if (!escaped || text_[at_] != '\n') word_.text += text_[at_];
      ++at_;
    }
    if (at_ >= text_.size()) refuse_quote(start);
    ++at_;
  }

  /// $'...' as bash has it and browsers copy it.
  void dollar_quoted() {
    begin_word();
    const std::size_t start = at_;
    at_ += 2;
    while (at_ < text_.size() && text_[at_] != '\'') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ansi_escape();
      } else {
        word_.text += text_[at_++];
      }
    }
    if (at_ >= text_.size()) refuse_quote(start);
    ++at_;
  }

  void ansi_escape() {
    constexpr std::string_view letters = "ntrabfve0";
    constexpr std::string_view meanings("\n\t\r\a\b\f\v\x1b\0", 9);
    const char c = text_[at_ + 1];
    at_ += 2;
    if (c == 'x' || c == 'u') {
      const std::string_view digits = std::string_view(text_).substr(at_, c == 'x' ? 2 : 4);
      std::uint32_t code = 0;
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
      append_utf8(word_.text, code);
      at_ += static_cast<std::size_t>(read.ptr - digits.data());
    } else if (const std::size_t i = letters.find(c); i != std::string_view::npos) {
      word_.text += meanings[i];
    } else {
      word_.text += c;
    }
  }

  const Source& source_;
  const bool cmd_;
  std::string text_;
  std::vector<std::size_t> places_;  // of text_'s bytes in the source, if they differ
  std::size_t at_ = 0;
  bool open_ = false;                        // a word has begun
  bool redirected_ = false;                  // the next word is a file
  bool here_document_ = false;               // the next word ends lines that are no commands
  std::vector<std::string> here_documents_;  // what ends those after this line
  Word word_;
  std::vector<Word> words_;
  std::vector<std::vector<Word>> commands_;
  std::map<std::string, std::string> values_;  // of variables that the script sets
};

}  // namespace

std::vector<std::vector<Word>> shell_commands(const Source& source) { return Splitter(source).split(); }

bool is_assignment(const Word& word) {
  const std::size_t equals = word.text.find('=');
  return equals != std::string::npos && is_name(std::string_view(word.text).substr(0, equals));
}

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view safe = "_-./:@%+=,";
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || safe.find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string out = "'";
  for (char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace soundcheck::importer
