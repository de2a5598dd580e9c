// What an expression is compiled to, and the parser that makes it. For protocols/core/expression.cpp only.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/syntax_error.hpp"
#include "protocols/core/text_template.hpp"

namespace re2 {
class RE2;
}

namespace soundcheck::core {

namespace expression {

enum class Op : unsigned char {
  any_of,  // or
  all_of,  // and
  negate,  // not
  empty,
  contains,
  matches,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  minus,
  text,   // a constant
  value,  // a {{...}}
};

struct Node {
  Op op{};
  std::size_t left = 0;
  std::size_t right = 0;
  TextTemplate text{};
  std::shared_ptr<const re2::RE2> pattern{};
};

/// A variable that the expression names, for messages.
struct NamedSlot {
  std::string name;
  Slot slot = 0;
  bool hidden = false;
};

}  // namespace expression

struct ExpressionProgram {
  std::string text;
  std::vector<expression::Node> nodes;
  std::size_t root = 0;
  std::vector<expression::NamedSlot> variables;
};

std::variant<ExpressionProgram, SyntaxError> parse_expression(std::string_view text, VariableTable& names);

}  // namespace soundcheck::core
