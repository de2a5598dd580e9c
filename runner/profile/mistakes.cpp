#include "runner/profile/mistakes.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace soundcheck::profile {

std::string Diagnostic::to_string() const {
  std::string out = file;
  if (line > 0) out += fmt::format(":{}:{}", line, column);
  if (!path.empty()) out += fmt::format(": {}", path);
  out += fmt::format(": {}", message);
  if (!value.empty()) out += fmt::format(" (found \"{}\")", value);
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
  auto place = [](const Diagnostic& d) { return std::tie(d.file, d.line, d.column, d.path); };
  std::stable_sort(found_.begin(), found_.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  return std::exchange(found_, {});
}

}  // namespace soundcheck::profile
