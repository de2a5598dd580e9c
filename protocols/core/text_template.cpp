#include "protocols/core/text_template.hpp"

namespace soundcheck::core {

void Variables::set(std::string_view name, std::string value) {
  for (auto& [key, old] : values_) {
    if (key == name) {
      old = std::move(value);
      return;
    }
  }
  values_.emplace_back(name, std::move(value));
}

std::string_view Variables::get(std::string_view name) const {
  for (const auto& [key, value] : values_) {
    if (key == name) return value;
  }
  return {};
}

bool Variables::has(std::string_view name) const {
  for (const auto& entry : values_) {
    if (entry.first == name) return true;
  }
  return false;
}

TextTemplate TextTemplate::compile(std::string_view text) {
  TextTemplate result;
  std::string* literal = &result.head_;
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    const std::size_t close = open == text.npos ? text.npos : text.find("}}", open + 2);
    if (close == text.npos) {
      literal->append(text);
      break;
    }
    literal->append(text.substr(0, open));
    std::string_view name = text.substr(open + 2, close - open - 2);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    result.parts_.push_back({std::string(name), {}});
    literal = &result.parts_.back().literal;
    text.remove_prefix(close + 2);
  }
  return result;
}

TextTemplate TextTemplate::literal(std::string_view text) {
  TextTemplate result;
  result.head_ = text;
  return result;
}

void TextTemplate::render(const Variables& variables, std::string& out) const {
  out.append(head_);
  for (const Part& part : parts_) {
    out.append(variables.get(part.variable));
    out.append(part.literal);
  }
}

std::vector<std::string> TextTemplate::variables() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) names.push_back(part.variable);
  return names;
}

}  // namespace soundcheck::core
