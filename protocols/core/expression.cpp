#include "protocols/core/expression.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "protocols/core/text_template.hpp"

namespace soundcheck::core {

namespace {

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

constexpr std::size_t deepest = 50;
constexpr std::size_t longest_shown_value = 40;

bool letter(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

/// Names of variables whose values a report must not show.
bool tells_of_a_secret(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::array<std::string_view, 7> words{"token",  "password", "secret",  "key",
                                                  "cookie", "session",  "authoriz"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

}  // namespace

struct Expression::Program {
  std::string text;
  std::vector<Node> nodes;
  std::size_t root = 0;
  std::vector<std::pair<std::string, Slot>> variables;
};

namespace {

using Nodes = std::vector<Node>;

/// Recursive descent, one function a level of the grammar. The first error ends it.
class Parser {
 public:
  Parser(std::string_view text, VariableTable& names) : text_(text), names_(names) {}

  std::variant<std::size_t, SyntaxError> parse() {
    const std::size_t root = any_of();
    skip_spaces();
    if (!error_ && at_ < text_.size()) fail("this does not belong to the expression before it");
    if (error_) return std::move(*error_);
    return root;
  }
  Nodes nodes;
  std::vector<std::pair<std::string, Slot>> variables;

 private:
  std::size_t fail(std::string message, std::string hint = {}) {
    if (!error_) error_ = SyntaxError{at_ + 1, std::move(message), std::move(hint)};
    at_ = text_.size();
    return 0;
  }
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool take(std::string_view sign) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  bool take_word(std::string_view word) {
    skip_spaces();
    const std::string_view rest = text_.substr(at_);
    const bool whole = rest.size() == word.size() ||
                       (rest.size() > word.size() && !letter(rest[word.size()]) && !digit(rest[word.size()]));
    if (!rest.starts_with(word) || !whole) return false;
    at_ += word.size();
    return true;
  }
  std::size_t node(Op op, std::size_t left = 0, std::size_t right = 0) {
    nodes.push_back({op, left, right});
    return nodes.size() - 1;
  }

  std::size_t any_of() {
    std::size_t left = all_of();
    while (take_word("or")) left = node(Op::any_of, left, all_of());
    return left;
  }
  std::size_t all_of() {
    std::size_t left = negation();
    while (take_word("and")) left = node(Op::all_of, left, negation());
    return left;
  }
  std::size_t negation() {
    if (++depth_ > deepest) return fail("the expression is nested too deeply");
    const std::size_t result = take_word("not") ? node(Op::negate, negation()) : comparison();
    --depth_;
    return result;
  }
  std::size_t comparison() {
    const std::size_t left = sum();
    constexpr std::array<std::pair<std::string_view, Op>, 6> signs{{{"==", Op::equal},
                                                                    {"!=", Op::not_equal},
                                                                    {"<=", Op::less_equal},
                                                                    {">=", Op::greater_equal},
                                                                    {"<", Op::less},
                                                                    {">", Op::greater}}};
    for (const auto& [sign, op] : signs) {
      if (!take(sign)) continue;
      words_are_texts_ = true;
      const std::size_t right = sum();
      words_are_texts_ = false;
      return node(op, left, right);
    }
    if (take_word("contains")) {
      words_are_texts_ = true;
      const std::size_t right = sum();
      words_are_texts_ = false;
      return node(Op::contains, left, right);
    }
    if (take_word("matches")) return matches(left);
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '=') return fail("one = compares nothing", "write ==");
    return left;
  }
  std::size_t matches(std::size_t left) {
    skip_spaces();
    const std::size_t begin = at_;
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"'))
      return fail("a regular expression in quotes is expected here",
                  "write for example matches '^c-[0-9]+$'");
    const std::size_t right = quoted();
    if (error_) return 0;
    re2::RE2::Options options(re2::RE2::Quiet);
    auto pattern = std::make_shared<const re2::RE2>(nodes[right].text.text(), options);
    if (!pattern->ok()) {
      at_ = begin;
      return fail(fmt::format("this is not a regular expression: {}", pattern->error()));
    }
    const std::size_t result = node(Op::matches, left, right);
    nodes[result].pattern = std::move(pattern);
    return result;
  }
  std::size_t sum() {
    std::size_t left = product();
    for (;;) {
      if (take("+")) {
        left = node(Op::add, left, product());
      } else if (take("-")) {
        left = node(Op::subtract, left, product());
      } else {
        return left;
      }
    }
  }
  std::size_t product() {
    std::size_t left = operand();
    for (;;) {
      if (take("*")) {
        left = node(Op::multiply, left, operand());
      } else if (take("/")) {
        left = node(Op::divide, left, operand());
      } else if (take("%")) {
        left = node(Op::remainder, left, operand());
      } else {
        return left;
      }
    }
  }
  std::size_t operand() {
    if (++depth_ > deepest) return fail("the expression is nested too deeply");
    const std::size_t result = one_operand();
    --depth_;
    return result;
  }
  std::size_t one_operand() {
    if (take("(")) {
      const bool outside = std::exchange(words_are_texts_, false);
      const std::size_t inner = any_of();
      words_are_texts_ = outside;
      if (!error_ && !take(")")) return fail("a closing parenthesis is missing");
      return inner;
    }
    if (take("-")) return node(Op::minus, operand());
    if (take_word("empty")) return node(Op::empty, operand());
    skip_spaces();
    if (at_ >= text_.size()) return fail("a value is missing here", "write {{name}}, a number or a 'text'");
    if (text_.substr(at_).starts_with("{{")) return reference();
    if (text_[at_] == '\'' || text_[at_] == '"') return quoted();
    if (digit(text_[at_]) || text_[at_] == '.') return number();
    if (letter(text_[at_])) return word();
    return fail(fmt::format("'{}' does not belong here", text_[at_]), "write {{name}}, a number or a 'text'");
  }
  std::size_t constant(std::string_view text) {
    const std::size_t result = node(Op::text);
    nodes[result].text = TextTemplate::literal(text);
    return result;
  }
  std::size_t reference() {
    const std::size_t close = text_.find("}}", at_);
    if (close == text_.npos) return fail("this {{ is not closed", "write for example {{count}}");
    const std::string_view whole = text_.substr(at_, close + 2 - at_);
    auto checked = TextTemplate::check(whole);
    if (auto* wrong = std::get_if<SyntaxError>(&checked)) {
      wrong->column += at_;
      error_ = std::move(*wrong);
      at_ = text_.size();
      return 0;
    }
    for (const std::string& name : std::get<0>(checked)) variables.emplace_back(name, names_.slot(name));
    at_ = close + 2;
    const std::size_t result = node(Op::value);
    nodes[result].text = TextTemplate::compile(whole, names_);
    return result;
  }
  std::size_t quoted() {
    const char quote = text_[at_];
    const std::size_t close = text_.find(quote, at_ + 1);
    if (close == text_.npos) return fail(fmt::format("the closing {} is missing", quote));
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    return constant(inside);
  }
  std::size_t number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (digit(text_[at_]) || letter(text_[at_]) || text_[at_] == '.')) ++at_;
    const std::string_view whole = text_.substr(begin, at_ - begin);
    if (number_of(whole)) return constant(whole);
    at_ = begin;
    return fail("this is not a number", "put it in quotes to compare it as a text");
  }
  std::size_t word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (digit(text_[at_]) || letter(text_[at_]))) ++at_;
    const std::string_view whole = text_.substr(begin, at_ - begin);
    const bool more = at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '.' || text_[at_] == '/');
    if (words_are_texts_ && !more) return constant(whole);
    at_ = begin;
    if (words_are_texts_)
      return fail("a text with such signs needs quotes", fmt::format("write '{}...'", whole));
    return fail(fmt::format("\"{}\" is neither a value nor an operator here", whole),
                fmt::format("write {{{{{0}}}}} for a variable, '{0}' for a text", whole));
  }

  std::string_view text_;
  VariableTable& names_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool words_are_texts_ = false;
  std::optional<SyntaxError> error_;
};

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
  Evaluator(const Nodes& nodes, const Variables& variables) : nodes_(nodes), variables_(variables) {}

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

  const Nodes& nodes_;
  const Variables& variables_;
  std::string problem_;
};

}  // namespace

std::optional<double> number_of(std::string_view text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  // from_chars would also read inf and nan.
  if (text.size() <= sign || !(digit(text[sign]) || text[sign] == '.')) return std::nullopt;
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr double largest = 9007199254740992;
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || std::abs(number) > largest)
    return std::nullopt;
  return number;
}

std::variant<Expression, SyntaxError> Expression::compile(std::string_view text, VariableTable& names) {
  Parser parser(text, names);
  auto parsed = parser.parse();
  if (auto* error = std::get_if<SyntaxError>(&parsed)) return std::move(*error);
  Expression expression;
  expression.program_ =
      std::make_shared<const Program>(Program{std::string(text), std::move(parser.nodes),
                                              std::get<std::size_t>(parsed), std::move(parser.variables)});
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
  for (const auto& [name, slot] : program_->variables) {
    if (std::find(seen.begin(), seen.end(), slot) != seen.end()) continue;
    seen.push_back(slot);
    std::string shown(variables.get(slot));
    if (shown.size() > longest_shown_value) shown = shown.substr(0, longest_shown_value) + "...";
    if (tells_of_a_secret(name)) shown = "(hidden)";
    out += fmt::format("{}{} is {}", out.empty() ? "" : ", ", name, shown.empty() ? "empty" : shown);
  }
  return out;
}

std::vector<std::string> Expression::variables() const {
  std::vector<std::string> names;
  if (!program_) return names;
  for (const auto& entry : program_->variables) names.push_back(entry.first);
  return names;
}

}  // namespace soundcheck::core
