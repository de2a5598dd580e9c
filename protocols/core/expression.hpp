// A condition over a user's variables: `{{total}} > 0 and not empty {{id}}`. The grammar stands in
// docs/system_language.md. Pure; compiled once, immutable, shared between threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/syntax_error.hpp"
#include "protocols/core/variables.hpp"

namespace soundcheck::core {

struct ExpressionProgram;

/// Whether a condition holds, or why that cannot be told (an operand of + is no number).
struct Truth {
  bool holds = false;
  std::string problem;
};

class Expression {
 public:
  /// Always true.
  Expression() = default;
  static std::variant<Expression, SyntaxError> compile(std::string_view text, VariableTable& names);

  Truth holds(const Variables& variables) const;
  const std::string& text() const;
  /// The values of its variables, for a person: "total is 0, status is queued". Values of variables whose
  /// names tell of a secret are left out, long ones are cut.
  std::string explain(const Variables& variables) const;
  /// The variables that it names, in order.
  std::vector<std::string> variables() const;

 private:
  std::shared_ptr<const ExpressionProgram> program_;
};

/// Nothing if the text is not a number that a double holds exactly enough to be compared: whole ones up to
/// 2^53. Longer ones, such as ids, are texts.
std::optional<double> number_of(std::string_view text);

}  // namespace soundcheck::core
