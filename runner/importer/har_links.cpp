#include "runner/importer/har_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>

#include "runner/importer/document.hpp"
#include "runner/importer/json_text.hpp"
#include "runner/importer/request_parts.hpp"
#include "runner/importer/url.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

constexpr std::size_t max_value = 8000;

bool names_a_thing(std::string_view key) {
  std::string small = snake_case(key);
  constexpr std::array<std::string_view, 9> endings{"id",   "uuid", "token",  "key",   "code",
                                                    "slug", "sid",  "cursor", "number"};
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
    return small == ending || small.ends_with("_" + std::string(ending));
  });
}

/// A text that is hardly the same twice by chance.
bool is_distinct(const std::string& text) {
  const bool digit = std::any_of(text.begin(), text.end(),
                                 [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
  return text.size() >= 8 && digit && text.find(' ') == std::string::npos;
}

std::string pointer_part(std::string_view key) {
  std::string out;
  for (char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

/// "/api/conversations" holds conversations: a conversation.
std::string thing_of(std::string_view path) {
  while (!path.empty()) {
    const std::size_t slash = path.rfind('/');
    std::string word = snake_case(path.substr(slash == std::string_view::npos ? 0 : slash + 1));
    path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    const bool is_word = !word.empty() && word.find_first_of("0123456789") == std::string::npos;
    if (!is_word) continue;
    if (word.ends_with("ies")) return word.substr(0, word.size() - 3) + "y";
    if (word.ends_with("s") && !word.ends_with("ss")) word.pop_back();
    return word;
  }
  return "";
}

}  // namespace

std::string Links::path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string segment = decode_value(path.substr(1, end - 1));
    const auto name = variable(segment, "", true);
    out += name ? fmt::format("/{{{{{}}}}}", *name) : literal(path.substr(0, end));
    sent_.insert(segment);
    path.remove_prefix(end);
  }
  return out;
}

std::string Links::query(Secrets& secrets, std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const std::string value = equals < pair.size() ? decode_value(pair.substr(equals + 1)) : "";
    if (!out.empty()) out += '&';
    if (const auto found = variable(value, name, false)) {
      out += fmt::format("{}={{{{{}}}}}", literal(name), *found);
    } else {
      out += secrets.form(pair);
    }
    sent_.insert(value);
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return out;
}

std::optional<std::string> Links::header(std::string_view value) {
  const std::size_t space = value.find(' ');
  const std::string_view scheme = space == std::string_view::npos ? "" : value.substr(0, space + 1);
  const auto name = variable(std::string(value.substr(scheme.size())), "", false);
  if (!name) return std::nullopt;
  return fmt::format("{}{{{{{}}}}}", literal(scheme), *name);
}

void Links::set_body(Secrets& secrets, Step& step, const json::value& body) {
  set_json_body(step, secrets.hide_fields(linked(body, "")));
}

/// Other texts as literal ones.
json::value Links::linked(const json::value& value, std::string_view name) {
  if (const json::array* list = value.if_array()) {
    json::array out;
    for (const json::value& item : *list) out.push_back(linked(item, name));
    return out;
  }
  if (const json::object* map = value.if_object()) {
    json::object out;
    for (const auto& [key, member] : *map) out[key] = linked(member, key);
    return out;
  }
  if (value.is_null() || value.is_bool()) return value;
  const std::string text = plain_text(value);
  const auto found = variable(text, name, false);
  sent_.insert(text);
  if (!found) return literal_json(value);
  const std::string mark = fmt::format("{{{{{}}}}}", *found);
  return json::value(value.is_number() ? bare(mark) : mark);
}

void Links::learn(std::size_t step, std::string_view path, const json::value& answer) {
  learn_value({{step, "", ""}, "", "", false}, path, answer);
}

void Links::learn_value(const Found& place, std::string_view path, const json::value& value) {
  const auto inside = [&](std::string_view part, std::string key, std::string owner) {
    return Found{{place.link.step, fmt::format("{}/{}", place.link.pointer, part), ""},
                 std::move(key),
                 std::move(owner),
                 false};
  };
  if (const json::array* list = value.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      learn_value(inside(std::to_string(i), place.key, place.owner), path, (*list)[i]);
    return;
  }
  if (const json::object* map = value.if_object()) {
    for (const auto& [name, member] : *map)
      learn_value(inside(pointer_part(name), std::string(name), place.key), path, member);
    return;
  }
  const bool whole = value.is_int64() || value.is_uint64();
  if (!whole && !value.is_string()) return;
  const std::string text = plain_text(value);
  const bool telling = names_a_thing(place.key) && !text.empty() && (whole || text.size() >= 3);
  const bool wanted = telling || (value.is_string() && is_distinct(text));
  if (!wanted || text.size() > max_value || sent_.count(text) != 0) return;
  const auto [it, is_new] = found_.try_emplace(text, place);
  if (!is_new) return;
  it->second.number = whole;
  paths_[text] = std::string(path);
}

std::optional<std::string> Links::variable(const std::string& value, std::string_view name, bool in_path) {
  const auto it = found_.find(value);
  if (it == found_.end()) return std::nullopt;
  Found& found = it->second;
  // A 7 in a request is the 7 of an answer only where both are ids.
  const bool certain = !found.number && is_distinct(value);
  if (!certain && !in_path && !names_a_thing(name)) return std::nullopt;
  if (found.link.variable.empty()) {
    found.link.variable = new_name(found, paths_[value]);
    used_.push_back(found.link);
  }
  return found.link.variable;
}

std::string Links::new_name(const Found& found, std::string_view path) {
  std::string wanted = snake_case(found.key);
  constexpr std::array<std::string_view, 6> general{"id", "uuid", "key", "code", "number", "slug"};
  constexpr std::array<std::string_view, 7> lists{"", "items", "data", "results", "content", "list", "value"};
  const bool is_general = std::find(general.begin(), general.end(), wanted) != general.end();
  const bool owned = std::find(lists.begin(), lists.end(), snake_case(found.owner)) == lists.end();
  const std::string thing = thing_of(owned ? std::string_view(found.owner) : path);
  if (is_general && !thing.empty()) wanted = thing + "_" + wanted;
  if (!profile::is_variable_name(wanted)) wanted = "value_" + wanted;
  if (profile::is_built_in(wanted)) wanted = "their_" + wanted;
  std::string name = wanted;
  for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{}_{}", wanted, n);
  return name;
}

}  // namespace soundcheck::importer
