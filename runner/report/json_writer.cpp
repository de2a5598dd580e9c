#include "runner/report/json_writer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "runner/report/text.hpp"

namespace soundcheck::report {

void JsonWriter::begin(char open, char close, Layout layout) {
  separate();
  const bool inherited = !scopes_.empty() && scopes_.back().one_line;
  out_ += open;
  scopes_.push_back({close, inherited || layout == Layout::one_line, true});
}

void JsonWriter::end() {
  const Scope scope = scopes_.back();
  scopes_.pop_back();
  if (!scope.empty && !scope.one_line) new_line();
  out_ += scope.close;
}

void JsonWriter::key(std::string_view name) {
  separate();
  quoted(name);
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  separate();
  quoted(text);
}

void JsonWriter::value(double number) {
  if (std::isfinite(number)) {
    raw(fmt::format("{}", number));
  } else {
    raw("null");
  }
}

std::string JsonWriter::take() {
  out_ += '\n';
  return std::exchange(out_, {});
}

void JsonWriter::raw(std::string_view text) {
  separate();
  out_ += text;
}

void JsonWriter::quoted(std::string_view text) {
  out_ += '"';
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '"':
        out_ += "\\\"";
        break;
      case '\\':
        out_ += "\\\\";
        break;
      case '\n':
        out_ += "\\n";
        break;
      case '\r':
        out_ += "\\r";
        break;
      case '\t':
        out_ += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out_ += c;
        }
    }
  }
  out_ += '"';
}

void JsonWriter::separate() {
  if (std::exchange(after_key_, false) || scopes_.empty()) return;
  Scope& scope = scopes_.back();
  if (!scope.empty) out_ += ',';
  if (!scope.one_line) {
    new_line();
  } else if (!scope.empty) {
    out_ += ' ';
  }
  scope.empty = false;
}

void JsonWriter::new_line() {
  out_ += '\n';
  out_.append(2 * scopes_.size(), ' ');
}

}  // namespace soundcheck::report
