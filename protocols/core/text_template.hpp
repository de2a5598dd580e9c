// Text with {{variables}}, split once at plan time. A template without variables renders without work. Pure;
// immutable after compile, shared between threads. Variables belong to one user.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soundcheck::core {

/// A user's variables; few, so a flat list beats a map.
class Variables {
 public:
  void set(std::string_view name, std::string value);
  /// Empty if the variable is not set.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

class TextTemplate {
 public:
  TextTemplate() = default;
  /// "{{name}}" is a variable; anything else, a lone "{{" too, is literal text.
  static TextTemplate compile(std::string_view text);
  /// Text in which nothing is a variable.
  static TextTemplate literal(std::string_view text);

  bool constant() const { return parts_.empty(); }
  const std::string& text() const { return head_; }  ///< the whole text if constant()
  void render(const Variables& variables, std::string& out) const;
  std::vector<std::string> variables() const;

 private:
  struct Part {
    std::string variable;
    std::string literal;  ///< after the variable
  };
  std::string head_;
  std::vector<Part> parts_;
};

}  // namespace soundcheck::core
