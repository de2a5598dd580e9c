#include "runner/profile/substitute.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

constexpr std::string_view syntax_hint = "write ${NAME} or ${NAME:-default}, and $${ for a literal ${";

/// Reads what stands between ${ and } and gives its value, or reports why there is none.
std::optional<std::string> look_up(std::string_view inner, const Value& at, const Environment& environment,
                                   std::set<std::string>& missing, Mistakes& mistakes) {
  const std::size_t separator = inner.find(":-");
  const std::string name(inner.substr(0, separator));
  if (!is_variable_name(name)) {
    mistakes.report(at, "this ${...} does not name a variable", std::string(syntax_hint));
    return std::nullopt;
  }
  std::optional<std::string> value = environment ? environment(name) : std::nullopt;
  if (separator != std::string_view::npos) {
    if (!value || value->empty()) value = std::string(inner.substr(separator + 2));
  } else if (!value && missing.insert(name).second) {  // once, however often it is used
    mistakes.report(at, fmt::format("the environment variable {} is not set", name),
                    fmt::format("set it, or write ${{{}:-default}}", name));
  }
  return value;
}

void substitute_scalar(Value& value, const Environment& environment, std::set<std::string>& missing,
                       Mistakes& mistakes) {
  std::string out;
  std::string_view rest = value.text;
  bool substituted = false;
  bool broken = false;
  while (!rest.empty()) {
    const std::size_t open = rest.find("${");
    if (open == std::string_view::npos) break;
    if (open > 0 && rest[open - 1] == '$') {
      out += rest.substr(0, open - 1);
      out += "${";
      rest.remove_prefix(open + 2);
      continue;
    }
    out += rest.substr(0, open);
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) {
      mistakes.report(value, "this ${ has no closing }", std::string(syntax_hint));
      broken = true;
      rest = {};
      break;
    }
    const auto found =
        look_up(rest.substr(open + 2, close - open - 2), value, environment, missing, mistakes);
    broken = broken || !found;
    substituted = true;
    out += found.value_or("");
    rest.remove_prefix(close + 1);
  }
  out += rest;
  if (substituted) value.written = std::move(value.text);
  value.text = std::move(out);
  value.substituted = substituted;
  value.broken = broken;
}

void substitute_all(Value& root, const Environment& environment, std::set<std::string>& missing,
                    Mistakes& mistakes) {
  if (root.kind == Value::Kind::scalar) substitute_scalar(root, environment, missing, mistakes);
  for (Value& item : root.items) substitute_all(item, environment, missing, mistakes);
  for (Value::Entry& entry : root.entries) substitute_all(entry.value, environment, missing, mistakes);
}

}  // namespace

void substitute(Value& root, const Environment& environment, Mistakes& mistakes) {
  std::set<std::string> missing;
  substitute_all(root, environment, missing, mistakes);
}

}  // namespace soundcheck::profile
