#include "runner/profile/mistakes.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace soundcheck::profile {

namespace {

/// On one line and not longer than a line.
std::string shown(const std::string& value) {
  constexpr std::size_t limit = 80;
  std::string out;
  for (char c : value.substr(0, limit)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return value.size() > limit ? out + "..." : out;
}

}  // namespace

std::string Diagnostic::to_string() const {
  std::string out = file;
  if (line > 0) out += fmt::format(":{}", line);
  if (line > 0 && column > 0) out += fmt::format(":{}", column);
  if (!path.empty()) out += fmt::format(": {}", path);
  out += fmt::format(": {}", message);
  if (!value.empty()) out += fmt::format(" (found \"{}\")", shown(value));
  if (!hint.empty()) out += fmt::format("; {}", hint);
  return out;
}

void Mistakes::report(const Value& at, std::string message, std::string hint) {
  if (at.broken) return;
  Diagnostic d{at.origin.file,     at.origin.line, at.origin.column, at.path, {},
               std::move(message), std::move(hint)};
  if (at.substituted) {
    d.hint = "the value comes from the environment and is not shown";
  } else if (at.kind == Value::Kind::scalar) {
    d.value = at.text;
  }
  found_.push_back(std::move(d));
}

void Mistakes::report_key(const Value::Entry& at, std::string message, std::string hint) {
  report_file(at.origin, at.value.path, std::move(message), std::move(hint));
}

void Mistakes::report_file(const Origin& origin, std::string path, std::string message, std::string hint) {
  found_.push_back(
      {origin.file, origin.line, origin.column, std::move(path), {}, std::move(message), std::move(hint)});
}

std::vector<Diagnostic> Mistakes::take() {
  std::stable_sort(found_.begin(), found_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    const bool a_in_file = a.file != command_line;
    const bool b_in_file = b.file != command_line;
    return std::tie(a_in_file, a.file, a.line, a.column, a.path) <
           std::tie(b_in_file, b.file, b.line, b.column, b.path);
  });
  return std::exchange(found_, {});
}

}  // namespace soundcheck::profile
