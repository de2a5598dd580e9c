#include "runner/profile/variables.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "runner/profile/nearest.hpp"

namespace soundcheck::profile {

namespace {

void check_text(const Value& value, const std::set<std::string>& extracted, Mistakes& mistakes) {
  std::string_view rest = value.text;
  for (std::size_t open = rest.find("{{"); open != std::string_view::npos; open = rest.find("{{")) {
    rest.remove_prefix(open + 2);
    const std::size_t close = rest.find("}}");
    const std::string name(rest.substr(0, close));
    if (close == std::string_view::npos || !is_variable_name(name)) {
      mistakes.report(value, "this {{ does not name a variable",
                      "write for example {{call_id}}, without spaces");
      return;
    }
    rest.remove_prefix(close + 2);
    const bool built_in =
        std::find(built_in_variables.begin(), built_in_variables.end(), name) != built_in_variables.end();
    if (built_in || extracted.count(name) != 0) continue;
    std::vector<std::string> known(built_in_variables.begin(), built_in_variables.end());
    known.insert(known.end(), extracted.begin(), extracted.end());
    const std::string shown = value.substituted ? "a variable" : fmt::format("{{{{{}}}}}", name);
    mistakes.report(value, fmt::format("no earlier step extracts {}", shown), nearest_hint(name, known));
  }
}

}  // namespace

bool is_variable_name(std::string_view name) {
  auto letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && !digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

void check_variables(const Value& value, const std::set<std::string>& extracted, Mistakes& mistakes) {
  if (value.kind == Value::Kind::scalar) check_text(value, extracted, mistakes);
  for (const Value& item : value.items) check_variables(item, extracted, mistakes);
  for (const Value::Entry& entry : value.entries) check_variables(entry.value, extracted, mistakes);
}

}  // namespace soundcheck::profile
