// The parser of JSONPath: recursive descent, one function for each rule of RFC 9535's grammar that needs one.
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <utility>

#include "protocols/core/json_path_syntax.hpp"

namespace soundcheck::core::json_path {

namespace {

constexpr std::size_t deepest_nesting = 32;  ///< of parentheses and of filters in filters
constexpr std::size_t most_segments = 64;
constexpr std::int64_t largest_integer = (std::int64_t{1} << 53) - 1;  ///< RFC 9535, 2.1

bool digit(char c) { return c >= '0' && c <= '9'; }
bool name_first(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool name_char(char c) { return name_first(c) || digit(c); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Query whole() {
    if (!take('$')) fail("a JSONPath begins with '$'");
    Query query = segments(true);
    if (at_ != text_.size()) fail("expected '.', '..' or '[' here");
    return query;
  }

 private:
  [[noreturn]] void fail(std::string text) const { throw JsonPathError{at_ + 1, std::move(text)}; }

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }

  Query segments(bool absolute) {
    Query query;
    query.absolute = absolute;
    for (;;) {
      const std::size_t before = at_;
      skip_blanks();
      if (peek() != '.' && peek() != '[') {
        at_ = before;
        return query;
      }
      if (query.segments.size() == most_segments) fail(fmt::format("more than {} segments", most_segments));
      query.segments.push_back(segment());
    }
  }

  Segment segment() {
    Segment segment;
    if (take('[')) {
      segment.selectors = bracketed();
      return segment;
    }
    segment.descendant = take("..");
    if (!segment.descendant) take('.');
    if (segment.descendant && take('[')) {
      segment.selectors = bracketed();
    } else if (take('*')) {
      segment.selectors.emplace_back(Wildcard{});
    } else if (name_first(peek())) {
      const std::size_t begin = at_;
      while (name_char(peek())) ++at_;
      segment.selectors.emplace_back(std::string(text_.substr(begin, at_ - begin)));
    } else {
      fail(segment.descendant ? "expected a name, '*' or '[' after '..'"
                              : "expected a name or '*' after '.'");
    }
    return segment;
  }

  std::vector<Selector> bracketed() {
    std::vector<Selector> selectors;
    do {
      skip_blanks();
      selectors.push_back(selector());
      skip_blanks();
    } while (take(','));
    if (!take(']')) fail("expected ',' or ']' after a selector");
    return selectors;
  }

  Selector selector() {
    if (peek() == '\'' || peek() == '"') return quoted();
    if (take('*')) return Wildcard{};
    if (take('?')) {
      skip_blanks();
      return std::make_shared<const Filter>(any_of());
    }
    if (digit(peek()) || peek() == '-' || peek() == ':') return index_or_slice();
    fail("expected a quoted name, an index, a slice, '*' or '?'");
  }

  Selector index_or_slice() {
    std::optional<std::int64_t> first;
    if (peek() != ':') first = integer();
    const std::size_t after = at_;
    skip_blanks();
    if (!take(':')) {
      at_ = after;
      return *first;
    }
    Slice slice;
    slice.start = first;
    skip_blanks();
    if (digit(peek()) || peek() == '-') slice.end = integer();
    skip_blanks();
    if (take(':')) {
      skip_blanks();
      if (digit(peek()) || peek() == '-') slice.step = integer();
    }
    return slice;
  }

  std::int64_t integer() {
    const std::size_t begin = at_;
    const bool negative = take('-');
    if (!digit(peek())) fail("expected a digit");
    if (peek() == '0' && (negative || digit(peek(1)))) fail("an integer has no leading zero and no '-0'");
    std::int64_t value = 0;
    while (digit(peek())) {
      value = value * 10 + (text_[at_++] - '0');
      if (value > largest_integer) {
        at_ = begin;
        fail("an integer is at most 9007199254740991");
      }
    }
    return negative ? -value : value;
  }

  std::string quoted() {
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    std::string out;
    for (;;) {
      if (at_ == text_.size()) {
        at_ = begin;
        fail(fmt::format("there is no closing {} for this one", quote));
      }
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) fail("a control character must be written as an escape");
      ++at_;
      if (c == quote) return out;
      if (c == '\\') {
        escape(quote, out);
      } else {
        out += c;
      }
    }
  }

  void escape(char quote, std::string& out) {
    constexpr std::string_view letters = "bfnrt/\\";
    constexpr std::string_view meanings = "\b\f\n\r\t/\\";
    const char c = peek();
    if (const std::size_t i = letters.find(c); c != '\0' && i != letters.npos) {
      out += meanings[i];
    } else if (c == quote) {
      out += c;
    } else if (c == 'u') {
      ++at_;
      append_code_point(out);
      return;
    } else {
      fail("no such escape; these are: \\b \\f \\n \\r \\t \\/ \\\\ \\uXXXX and the quote");
    }
    ++at_;
  }

  std::uint32_t four_digits() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      std::uint32_t figure = 0;
      if (digit(c)) {
        figure = static_cast<std::uint32_t>(c - '0');
      } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        figure = static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
      } else {
        fail("expected four hexadecimal digits after \\u");
      }
      value = value * 16 + figure;
    }
    return value;
  }

  void append_code_point(std::string& out) {
    const std::size_t begin = at_;
    std::uint32_t code = four_digits();
    if (code >= 0xd800 && code < 0xe000) {
      const bool pair = code < 0xdc00 && take("\\u");
      const std::uint32_t low = pair ? four_digits() : 0;
      if (low < 0xdc00 || low >= 0xe000) {
        at_ = begin;
        fail("half of a surrogate pair");
      }
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xc0 | code >> 6);
      put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      put(0xe0 | code >> 12);
      put(0x80 | (code >> 6 & 0x3f));
      put(0x80 | (code & 0x3f));
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3f));
      put(0x80 | (code >> 6 & 0x3f));
      put(0x80 | (code & 0x3f));
    }
  }

  static Filter combine(Filter::Kind kind, std::vector<Filter> parts) {
    if (parts.size() == 1 && kind != Filter::Kind::none_of) return std::move(parts.front());
    Filter filter;
    filter.kind = kind;
    filter.parts = std::move(parts);
    return filter;
  }

  Filter any_of() {
    if (++nesting_ > deepest_nesting) fail(fmt::format("nested more than {} deep", deepest_nesting));
    std::vector<Filter> parts;
    do {
      skip_blanks();
      parts.push_back(all_of());
      skip_blanks();
    } while (take("||"));
    --nesting_;
    return combine(Filter::Kind::any_of, std::move(parts));
  }

  Filter all_of() {
    std::vector<Filter> parts;
    do {
      skip_blanks();
      parts.push_back(basic());
      skip_blanks();
    } while (take("&&"));
    return combine(Filter::Kind::all_of, std::move(parts));
  }

  Filter basic() {
    const std::size_t begin = at_;
    const bool negated = take('!');
    if (negated) skip_blanks();
    if (take('(')) {
      Filter inner = any_of();
      skip_blanks();
      if (!take(')')) fail("expected ')'");
      return negated ? negation(std::move(inner)) : inner;
    }
    Operand left = operand();
    const std::size_t after = at_;
    skip_blanks();
    if (const auto comparison = comparison_sign()) {
      if (negated) {
        at_ = begin;
        fail("'!' before a comparison needs parentheses: !(a == b)");
      }
      Filter filter;
      filter.kind = Filter::Kind::compares;
      filter.comparison = *comparison;
      filter.left = comparable(std::move(left), begin);
      skip_blanks();
      const std::size_t second = at_;
      filter.right = comparable(operand(), second);
      return filter;
    }
    at_ = after;
    if (std::holds_alternative<boost::json::value>(left)) fail("expected a comparison: == != < <= > >=");
    Filter filter;
    filter.query = std::get<Query>(std::move(left));
    return negated ? negation(std::move(filter)) : filter;
  }

  static Filter negation(Filter inner) {
    std::vector<Filter> parts;
    parts.push_back(std::move(inner));
    return combine(Filter::Kind::none_of, std::move(parts));
  }

  std::optional<Comparison> comparison_sign() {
    if (take("==")) return Comparison::equal;
    if (take("!=")) return Comparison::not_equal;
    if (take("<=")) return Comparison::less_or_equal;
    if (take(">=")) return Comparison::greater_or_equal;
    if (take('<')) return Comparison::less;
    if (take('>')) return Comparison::greater;
    if (peek() == '=') fail("a comparison is written '=='");
    return std::nullopt;
  }

  Operand comparable(Operand operand, std::size_t begin) {
    const auto* query = std::get_if<Query>(&operand);
    if (query != nullptr && !query->singular()) {
      at_ = begin;
      fail("only a path to one value can be compared: names and indexes, no '*', '..', slice or filter");
    }
    return operand;
  }

  Operand operand() {
    if (take('$')) return segments(true);
    if (take('@')) return segments(false);
    if (peek() == '\'' || peek() == '"') return boost::json::value(quoted());
    if (digit(peek()) || peek() == '-') return number();
    const std::size_t begin = at_;
    while (name_char(peek())) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "true") return boost::json::value(true);
    if (word == "false") return boost::json::value(false);
    if (word == "null") return boost::json::value(nullptr);
    const bool call = peek() == '(';
    at_ = begin;
    if (call && !word.empty()) fail(fmt::format("functions such as {}() are not supported", word));
    fail("expected '@', '$', a number, a quoted text, true, false or null");
  }

  boost::json::value number() {
    const std::size_t begin = at_;
    take('-');
    const auto digits = [&] {
      while (digit(peek())) ++at_;
    };
    digits();
    if (take('.')) digits();
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      digits();
    }
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(text_.substr(begin, at_ - begin), error);
    if (error) {
      at_ = begin;
      fail("this is no number in JSON's notation");
    }
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
};

}  // namespace

bool Query::singular() const {
  for (const Segment& segment : segments) {
    if (segment.descendant || segment.selectors.size() != 1) return false;
    const Selector& selector = segment.selectors.front();
    if (!std::holds_alternative<std::string>(selector) && !std::holds_alternative<std::int64_t>(selector))
      return false;
  }
  return true;
}

std::variant<Query, JsonPathError> parse_query(std::string_view text) {
  try {
    return Parser(text).whole();
  } catch (JsonPathError& error) {
    return std::move(error);
  }
}

}  // namespace soundcheck::core::json_path
