// Templates and variables of a test, which share one table of names. The test's own thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "protocols/core/text_template.hpp"

namespace soundcheck::support {

inline core::VariableTable& names() {
  static core::VariableTable table;
  return table;
}

inline core::TextTemplate text(std::string_view source) {
  return core::TextTemplate::compile(source, names());
}

inline void set(core::Variables& variables, std::string_view name, std::string value) {
  variables.set(names().slot(name), std::move(value));
}

inline std::string_view get(const core::Variables& variables, std::string_view name) {
  return variables.get(names().slot(name));
}

inline core::Variables variables(std::initializer_list<std::pair<std::string_view, std::string>> values) {
  core::Variables out;
  for (const auto& [name, value] : values) set(out, name, value);
  return out;
}

}  // namespace soundcheck::support
