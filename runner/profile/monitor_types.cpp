#include "runner/profile/monitor_types.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>

#include "runner/profile/connection_keys.hpp"
#include "runner/profile/units.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

std::optional<std::string> not_a_series_name(const std::string& text) {
  if (is_variable_name(text)) return std::nullopt;
  return "a name in metrics is letters, digits and underscores, for example queue_length";
}

/// What stands between the scheme and the path.
std::string_view authority_of(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  url.remove_prefix(start + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

/// Where a user name and password may stand, before the last @. More than the authority: a password may hold
/// a / or a ? that should have been percent-encoded.
std::string_view before_query(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  url.remove_prefix(start + 3);
  return url.substr(0, url.find_first_of("?#", std::min(url.find('/'), url.size())));
}

/// What stands in the file itself: the defaults of variables, but not what the environment brings.
std::string written_text(const Value& node) {
  if (!node.substituted) return node.text;
  std::string text;
  std::string_view rest = node.written;
  for (std::size_t open = rest.find("${"); open != std::string_view::npos; open = rest.find("${")) {
    text += rest.substr(0, open);
    rest.remove_prefix(open);
    const std::string_view variable = rest.substr(0, rest.find('}'));
    const std::size_t separator = variable.find(":-");
    if (separator != std::string_view::npos) text += variable.substr(separator + 2);
    rest.remove_prefix(std::min(variable.size() + 1, rest.size()));
  }
  return text.append(rest);
}

/// In a URL, between the first colon and the last @.
bool has_url_password(std::string_view text) {
  const std::string_view place = before_query(text);
  const std::size_t at = place.rfind('@');
  const std::size_t colon = std::min(place.find(':'), place.size());
  return at != std::string_view::npos && colon + 1 < at;
}

/// password=WORD, where a variable has left no WORD.
bool has_password_word(std::string_view text) {
  constexpr std::string_view key = "password=";
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key)) {
    text.remove_prefix(at + key.size());
    if (text.starts_with('\'')) text.remove_prefix(1);
    if (!text.empty() && std::string_view("' &").find(text.front()) == std::string_view::npos) return true;
  }
  return false;
}

/// The file holds a password, or a part of one, as text.
bool has_password(const Value& node) {
  const std::string text = written_text(node);
  return has_url_password(text) ||
         (node.substituted ? has_password_word(text) : text.find("password") != std::string::npos);
}

boost::json::object map_of_texts() {
  return {{"type", "object"},
          {"additionalProperties", {{"type", boost::json::array{"string", "number", "boolean"}}}}};
}

/// Reads a map from names to texts; `take(name, text)` gets each.
template <class Take>
bool read_names(const Value& node, Mistakes& mistakes, Take take) {
  if (!expect_kind(node, Value::Kind::map, mistakes)) return false;
  for (const Value::Entry& entry : node.entries) {
    if (const auto wrong = not_a_series_name(entry.key)) mistakes.report_key(entry, *wrong);
    if (expect_kind(entry.value, Value::Kind::scalar, mistakes)) take(entry.key, entry.value.text);
  }
  return true;
}

}  // namespace

Text series_name() { return {"name", "letters, digits and underscores", not_a_series_name}; }

TypeInfo MonitorUrl::describe() const {
  TypeInfo info = name_text().describe();
  info.name = "URL";
  return info;
}

std::optional<std::string> MonitorUrl::read(Mistakes& mistakes, const Value& node) const {
  const bool login = before_query(node.text).find('@') != std::string_view::npos;
  const bool refused = credentials && node.substituted ? has_password(node) : login;
  if (node.kind == Value::Kind::scalar && refused) {
    report_secret(node, "a user name and password cannot stand here as text: they would get into reports",
                  credentials ? "write variables of the environment, for example redis://${REDIS_LOGIN}@host"
                              : "send them as a header from the environment, for example "
                                "headers: {Authorization: \"Bearer ${TOKEN}\"}; an @ of the path is "
                                "written %40",
                  mistakes);
    return std::nullopt;
  }
  const auto text = name_text().read(mistakes, node);
  if (!text) return std::nullopt;
  const std::string scheme = example.substr(0, example.find("://"));
  const bool good = text->starts_with(scheme + "://") || (scheme == "http" && text->starts_with("https://"));
  if (good && !authority_of(*text).empty()) return text;
  // The value may hold a password that is not written as one should be.
  report_secret(node, "this is not such a URL", "write it like " + example, mistakes);
  return std::nullopt;
}

TypeInfo PostgresConnection::describe() const {
  TypeInfo info = name_text().describe();
  info.name = "connection";
  return info;
}

std::optional<std::string> PostgresConnection::read(Mistakes& mistakes, const Value& node) const {
  if (node.kind == Value::Kind::scalar && has_password(node)) {
    report_secret(node, "a password cannot stand here as text: it would get into reports",
                  "write a variable of the environment, for example ${DATABASE_URL}, or set PGPASSWORD",
                  mistakes);
    return std::nullopt;
  }
  return name_text().read(mistakes, node);
}

TypeInfo LabelMap::describe() const { return {"map of texts", "", map_of_texts(), nullptr, false}; }

std::optional<LabelMap::Result> LabelMap::read(Mistakes& mistakes, const Value& node) const {
  Result labels;
  const bool ok = read_names(node, mistakes, [&](const std::string& name, const std::string& value) {
    labels.emplace_back(name, value);
  });
  return ok ? std::optional(std::move(labels)) : std::nullopt;
}

TypeInfo RedisKeyMap::describe() const {
  return {"map of texts", "names of series to keys", map_of_texts(), nullptr, false};
}

std::optional<RedisKeyMap::Result> RedisKeyMap::read(Mistakes& mistakes, const Value& node) const {
  Result keys;
  const bool ok = read_names(node, mistakes, [&](const std::string& name, const std::string& key) {
    keys.push_back({name, key});
  });
  return ok ? std::optional(std::move(keys)) : std::nullopt;
}

TypeInfo QuantileText::describe() const {
  return {"number", "between 0 and 1", {{"type", boost::json::array{"number", "string"}}}, nullptr, false};
}

std::optional<double> QuantileText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const Parsed<double> parsed = parse_number(node.text);
  if (parsed.value && *parsed.value > 0 && *parsed.value < 1) return parsed.value;
  mistakes.report(node, "a quantile is between 0 and 1", "write for example 0.95");
  return std::nullopt;
}

}  // namespace soundcheck::profile
