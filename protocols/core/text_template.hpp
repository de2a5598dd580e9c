// Text with {{variables}} and {{generators}}, split once at plan time. A template without any renders without
// work. Pure; immutable after compile, shared between threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/generator.hpp"
#include "protocols/core/syntax_error.hpp"
#include "protocols/core/variables.hpp"

namespace soundcheck::core {

/// Letters, digits and underscores, not beginning with a digit.
bool is_variable_name(std::string_view name);

/// What becomes of values that are put in.
enum class Escape : unsigned char {
  none,
  json,  // as between the quotes of a JSON string
};

class TextTemplate {
 public:
  TextTemplate() = default;
  /// "{{name}}" is a variable, "{{data.column}}" a column of a data file, and what Generator knows a
  /// generator; anything else, a lone "{{" too, is literal text. Names get slots of `names`.
  static TextTemplate compile(std::string_view text, VariableTable& names, Escape escape = Escape::none);
  /// Text in which nothing is a variable.
  static TextTemplate literal(std::string_view text);

  /// The variables that a text names, in order, or the first thing in it that cannot be understood.
  static std::variant<std::vector<std::string>, SyntaxError> check(std::string_view text);

  bool constant() const { return parts_.empty(); }
  const std::string& text() const { return head_; }  ///< the whole text if constant()
  void render(const Variables& variables, std::string& out) const;
  std::string render(const Variables& variables) const;
  /// Those that it needs, without generators.
  std::vector<Slot> slots() const;

 private:
  struct Part {
    bool generated = false;
    Slot index = 0;       ///< of the variable, or of the generator
    std::string literal;  ///< after it
  };
  std::string head_;
  std::vector<Part> parts_;
  std::vector<Generator> generators_;
  Escape escape_ = Escape::none;
};

}  // namespace soundcheck::core
