#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <optional>
#include <utility>

#include "protocols/core/expression.hpp"
#include "protocols/core/expression_program.hpp"

namespace soundcheck::core {

using namespace expression;

namespace {

constexpr std::size_t deepest = 50;

bool letter(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

/// Recursive descent, one function a level of the grammar. The first error ends it.
class Parser {
 public:
  Parser(std::string_view text, VariableTable& names) : text_(text), names_(names) {}

  std::variant<ExpressionProgram, SyntaxError> parse() {
    program_.root = any_of();
    skip_spaces();
    if (!error_ && at_ < text_.size()) fail("this does not belong to the expression before it");
    if (error_) return std::move(*error_);
    program_.text = text_;
    return std::move(program_);
  }

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
    program_.nodes.push_back({op, left, right});
    return program_.nodes.size() - 1;
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
    auto pattern = std::make_shared<const re2::RE2>(program_.nodes[right].text.text(), options);
    if (!pattern->ok()) {
      at_ = begin;
      return fail(fmt::format("this is not a regular expression: {}", pattern->error()));
    }
    const std::size_t result = node(Op::matches, left, right);
    program_.nodes[result].pattern = std::move(pattern);
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
    program_.nodes[result].text = TextTemplate::literal(text);
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
    for (const std::string& name : std::get<0>(checked)) {
      const Slot slot = names_.slot(name);
      program_.variables.push_back({name, slot, names_.hidden(slot)});
    }
    at_ = close + 2;
    const std::size_t result = node(Op::value);
    program_.nodes[result].text = TextTemplate::compile(whole, names_);
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
      return fail("a text with such signs needs quotes",
                  fmt::format("write '{}'", text_.substr(begin, text_.find_first_of(" )", begin) - begin)));
    return fail(fmt::format("\"{}\" is neither a value nor an operator here", whole),
                fmt::format("write {{{{{0}}}}} for a variable, '{0}' for a text", whole));
  }

  std::string_view text_;
  VariableTable& names_;
  ExpressionProgram program_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool words_are_texts_ = false;
  std::optional<SyntaxError> error_;
};

}  // namespace

std::variant<ExpressionProgram, SyntaxError> parse_expression(std::string_view text, VariableTable& names) {
  return Parser(text, names).parse();
}

}  // namespace soundcheck::core
