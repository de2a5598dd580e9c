#include "protocols/core/expression.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "protocols/core/expression_program.hpp"

namespace soundcheck::core {

using namespace expression;

namespace {

constexpr std::size_t longest_shown_value = 40;

/// A text, and the number that it is, if it is one.
struct Value {
  std::string text;
  std::optional<double> number;

  static Value of(std::string text) {
    const auto number = number_of(text);
    return {std::move(text), number};
  }
  static Value of(double number) { return {fmt::format("{}", number), number}; }
  static Value of(bool truth) { return {truth ? "true" : "false", std::nullopt}; }

  bool truth() const {
    return !text.empty() && text != "false" && text != "null" && !(number && *number == 0);
  }
};

class Evaluator {
 public:
  Evaluator(const std::vector<Node>& nodes, const Variables& variables)
      : nodes_(nodes), variables_(variables) {}

  Value value(std::size_t index) {
    const Node& node = nodes_[index];
    switch (node.op) {
      case Op::text:
        return Value::of(node.text.text());
      case Op::value:
        return Value::of(node.text.render(variables_));
      case Op::any_of:
        return Value::of(value(node.left).truth() || value(node.right).truth());
      case Op::all_of:
        return Value::of(value(node.left).truth() && value(node.right).truth());
      case Op::negate:
        return Value::of(!value(node.left).truth());
      case Op::empty:
        return Value::of(value(node.left).text.empty());
      case Op::contains:
        return Value::of(value(node.left).text.find(value(node.right).text) != std::string::npos);
      case Op::matches:
        return Value::of(re2::RE2::PartialMatch(value(node.left).text, *node.pattern));
      case Op::minus:
        return Value::of(-number(value(node.left)));
      case Op::equal:
      case Op::not_equal:
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
        return Value::of(compare(node.op, value(node.left), value(node.right)));
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::remainder:
        return calculate(node.op, value(node.left), value(node.right));
    }
    return {};
  }
  const std::string& problem() const { return problem_; }

 private:
  static bool compare(Op op, const Value& left, const Value& right) {
    const bool numbers = left.number && right.number;
    const int order = numbers ? (*left.number > *right.number) - (*left.number < *right.number)
                              : left.text.compare(right.text);
    switch (op) {
      case Op::equal:
        return order == 0;
      case Op::not_equal:
        return order != 0;
      case Op::less:
        return order < 0;
      case Op::less_equal:
        return order <= 0;
      case Op::greater:
        return order > 0;
      default:
        return order >= 0;
    }
  }
  double number(const Value& value) {
    if (value.number) return *value.number;
    if (problem_.empty())
      problem_ = value.text.empty() ? "a value to calculate with is empty"
                                    : "a value to calculate with is not a number";
    return 0;
  }
  Value calculate(Op op, const Value& left, const Value& right) {
    const double a = number(left);
    const double b = number(right);
    switch (op) {
      case Op::add:
        return Value::of(a + b);
      case Op::subtract:
        return Value::of(a - b);
      case Op::multiply:
        return Value::of(a * b);
      default:
        break;
    }
    if (b == 0) {
      if (problem_.empty()) problem_ = "a division by zero";
      return Value::of(0.0);
    }
    return Value::of(op == Op::divide ? a / b : std::fmod(a, b));
  }

  const std::vector<Node>& nodes_;
  const Variables& variables_;
  std::string problem_;
};

}  // namespace

std::optional<double> number_of(std::string_view text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  // from_chars would also read inf and nan.
  if (text.size() <= sign || !((text[sign] >= '0' && text[sign] <= '9') || text[sign] == '.'))
    return std::nullopt;
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr double largest = 9007199254740992;
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || std::abs(number) > largest)
    return std::nullopt;
  return number;
}

std::variant<Expression, SyntaxError> Expression::compile(std::string_view text, VariableTable& names) {
  auto parsed = parse_expression(text, names);
  if (auto* error = std::get_if<SyntaxError>(&parsed)) return std::move(*error);
  Expression expression;
  expression.program_ =
      std::make_shared<const ExpressionProgram>(std::move(std::get<ExpressionProgram>(parsed)));
  return expression;
}

Truth Expression::holds(const Variables& variables) const {
  if (!program_) return {true, {}};
  Evaluator evaluator(program_->nodes, variables);
  const bool truth = evaluator.value(program_->root).truth();
  return {truth && evaluator.problem().empty(), evaluator.problem()};
}

const std::string& Expression::text() const {
  static const std::string always;
  return program_ ? program_->text : always;
}

std::string Expression::explain(const Variables& variables) const {
  std::string out;
  if (!program_) return out;
  std::vector<Slot> seen;
  for (const NamedSlot& variable : program_->variables) {
    if (std::find(seen.begin(), seen.end(), variable.slot) != seen.end()) continue;
    seen.push_back(variable.slot);
    std::string shown(variables.get(variable.slot));
    if (shown.size() > longest_shown_value) shown = shown.substr(0, longest_shown_value) + "...";
    if (variable.hidden) shown = "(hidden)";
    out += fmt::format("{}{} is {}", out.empty() ? "" : ", ", variable.name, shown.empty() ? "empty" : shown);
  }
  return out;
}

std::vector<std::string> Expression::variables() const {
  std::vector<std::string> names;
  if (!program_) return names;
  for (const NamedSlot& variable : program_->variables) names.push_back(variable.name);
  return names;
}

}  // namespace soundcheck::core
