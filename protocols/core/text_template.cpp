#include "protocols/core/text_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace soundcheck::core {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// A variable's name, or a data file's and its column's with a dot between them.
bool is_reference(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == name.npos) return is_variable_name(name);
  return is_variable_name(name.substr(0, dot)) && is_variable_name(name.substr(dot + 1));
}

bool names_generator(std::string_view inside) {
  return inside.find('(') != inside.npos || Generator::is_name(inside);
}

bool special_in_json(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

/// From `from` on; nearly always there is nothing to do.
void escape_json(std::string& text, std::size_t from) {
  const auto first =
      std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), special_in_json);
  if (first == text.end()) return;
  const std::string rest(first, text.end());
  text.erase(first, text.end());
  for (const char c : rest) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (special_in_json(c)) {
      fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      text += c;
    }
  }
}

/// Takes text up to the next {{...}}, and what stands in it, from the front of `rest`.
struct Piece {
  std::string_view literal;
  std::optional<std::string_view> inside;
};

Piece next_piece(std::string_view& rest) {
  const std::size_t open = rest.find("{{");
  const std::size_t close = open == rest.npos ? rest.npos : rest.find("}}", open + 2);
  if (close == rest.npos) return {std::exchange(rest, {}), std::nullopt};
  const Piece piece{rest.substr(0, open), trimmed(rest.substr(open + 2, close - open - 2))};
  rest.remove_prefix(close + 2);
  return piece;
}

}  // namespace

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && !digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

TextTemplate TextTemplate::compile(std::string_view text, VariableTable& names, Escape escape) {
  TextTemplate result;
  result.escape_ = escape;
  std::string* literal = &result.head_;
  while (!text.empty()) {
    const std::string_view before = text;
    const Piece piece = next_piece(text);
    literal->append(piece.literal);
    if (!piece.inside) continue;
    if (names_generator(*piece.inside)) {
      auto parsed = Generator::parse(*piece.inside, names.new_place());
      if (auto* generator = std::get_if<Generator>(&parsed)) {
        result.generators_.push_back(std::move(*generator));
        result.parts_.push_back({true, static_cast<Slot>(result.generators_.size() - 1), {}});
        literal = &result.parts_.back().literal;
        continue;
      }
    } else if (is_reference(*piece.inside)) {
      result.parts_.push_back({false, names.slot(*piece.inside), {}});
      literal = &result.parts_.back().literal;
      continue;
    }
    literal->append(before.substr(piece.literal.size(), before.size() - text.size() - piece.literal.size()));
  }
  return result;
}

TextTemplate TextTemplate::literal(std::string_view text) {
  TextTemplate result;
  result.head_ = text;
  return result;
}

std::variant<std::vector<std::string>, SyntaxError> TextTemplate::check(std::string_view text) {
  std::vector<std::string> names;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t begin = text.size() - rest.size();
    const Piece piece = next_piece(rest);
    const std::size_t column = begin + piece.literal.size() + 1;
    if (!piece.inside) {
      const std::size_t open = piece.literal.find("{{");
      if (open == piece.literal.npos) continue;
      return SyntaxError{begin + open + 1, "this {{ is not closed", "write for example {{call_id}}"};
    }
    if (names_generator(*piece.inside)) {
      auto parsed = Generator::parse(*piece.inside, 0);
      if (auto* error = std::get_if<SyntaxError>(&parsed)) {
        error->column = column;
        return std::move(*error);
      }
    } else if (is_reference(*piece.inside)) {
      names.emplace_back(*piece.inside);
    } else {
      return SyntaxError{column, "this {{ does not name a variable",
                         "write for example {{call_id}}, of letters, digits and underscores"};
    }
  }
  return names;
}

void TextTemplate::render(const Variables& variables, std::string& out) const {
  out.append(head_);
  for (const Part& part : parts_) {
    const std::size_t from = out.size();
    if (part.generated) {
      generators_[part.index].append(variables, out);
    } else {
      out.append(variables.get(part.index));
    }
    if (escape_ == Escape::json) escape_json(out, from);
    out.append(part.literal);
  }
}

std::string TextTemplate::render(const Variables& variables) const {
  std::string out;
  render(variables, out);
  return out;
}

std::vector<Slot> TextTemplate::slots() const {
  std::vector<Slot> slots;
  for (const Part& part : parts_) {
    if (!part.generated) slots.push_back(part.index);
  }
  return slots;
}

}  // namespace soundcheck::core
