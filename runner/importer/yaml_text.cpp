#include "runner/importer/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "runner/importer/ascii.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

constexpr std::size_t line_length = 100;
constexpr std::size_t max_depth = 20;
constexpr std::size_t max_key = 500;

bool is_plain_character(char c) {
  constexpr std::string_view others = "_-./+@%$()<=;?&^~ ";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         others.find(c) != std::string_view::npos;
}

/// Could be taken for a number, true, nothing and so on.
bool has_other_meaning(std::string_view text) {
  const std::string small = lower(text);
  constexpr std::array<std::string_view, 9> words{"true", "false", "null", "yes", "no",
                                                  "on",   "off",   "~",    "y"};
  if (std::find(words.begin(), words.end(), small) != words.end()) return true;
  return small.find_first_of("0123456789") != std::string::npos &&
         small.find_first_not_of("0123456789.+-_xeabcdf") == std::string::npos;
}

bool is_plain(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || text.back() == ' ' || has_other_meaning(text)) return false;
  if (!letter(text.front()) && text.front() != '/' && text.front() != '_' && text.front() != '$' &&
      !(text.front() >= '0' && text.front() <= '9'))
    return false;
  return std::all_of(text.begin(), text.end(), is_plain_character) &&
         text.find("---") == std::string_view::npos;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// Inside { } and [ ] a question mark has a meaning of its own.
std::string flow_text(std::string_view text) {
  return text.find('?') == std::string_view::npos ? yaml_text(text) : quoted(text);
}

std::string scalar(const json::value& value) {
  if (value.is_string()) return flow_text(value.get_string());
  // Boost.JSON writes 1.5 as 1.5E0.
  return value.is_double() ? fmt::format("{}", value.get_double()) : json::serialize(value);
}

bool is_scalar(const json::value& value) { return !value.is_object() && !value.is_array(); }

bool is_empty(const json::value& value) {
  return (value.is_object() && value.get_object().empty()) || (value.is_array() && value.get_array().empty());
}

/// On one line: "{a: 1, b: [x, y]}".
std::string flow(const json::value& value) {
  std::string out;
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object())
      out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", flow_text(key), flow(member));
    return "{" + out + "}";
  }
  if (value.is_array()) {
    for (const json::value& item : value.get_array())
      out += fmt::format("{}{}", out.empty() ? "" : ", ", flow(item));
    return "[" + out + "]";
  }
  return scalar(value);
}

/// A map or list in block style. The first line has no indent: it follows "- " or is given one by the caller.
std::string block(const json::value& value, std::size_t indent);

/// What follows "key:" or "-": " scalar", " {flow}" or a block on lines of its own.
std::string after_key(const json::value& value, std::size_t indent) {
  if (is_scalar(value) || is_empty(value)) return " " + flow(value) + "\n";
  std::string one_line = flow(value);
  if (one_line.size() + indent <= line_length) return " " + one_line + "\n";
  return "\n" + std::string(indent + 2, ' ') + block(value, indent + 2);
}

std::string block(const json::value& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object())
      out += fmt::format("{}{}:{}", out.empty() ? "" : margin, yaml_text(key), after_key(member, indent));
    return out;
  }
  for (const json::value& item : value.get_array()) {
    std::string one_line = flow(item);
    const bool short_enough = is_scalar(item) || one_line.size() + indent <= line_length;
    out += fmt::format("{}- {}", out.empty() ? "" : margin,
                       short_enough ? one_line + "\n" : block(item, indent + 2));
  }
  return out;
}

bool fits(const json::value& value, std::size_t depth) {
  if (depth > max_depth) return false;
  if (const json::object* map = value.if_object()) {
    return std::all_of(map->begin(), map->end(), [&](const json::key_value_pair& entry) {
      return entry.key().size() <= max_key && fits(entry.value(), depth + 1);
    });
  }
  if (const json::array* list = value.if_array()) {
    return std::all_of(list->begin(), list->end(), [&](const json::value& v) { return fits(v, depth + 1); });
  }
  return true;
}

}  // namespace

std::string yaml_text(std::string_view text) { return is_plain(text) ? std::string(text) : quoted(text); }

std::string yaml_entry(std::string_view key, const json::value& value, std::size_t indent) {
  return fmt::format("{}{}:{}", std::string(indent, ' '), yaml_text(key), after_key(value, indent));
}

std::string yaml_item(const json::value& value, std::size_t indent) {
  return fmt::format("{}- {}\n", std::string(indent, ' '), flow(value));
}

bool fits_yaml(const json::value& value) { return fits(value, 0); }

}  // namespace soundcheck::importer
