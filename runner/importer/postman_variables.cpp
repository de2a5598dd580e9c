#include "runner/importer/postman_variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "runner/importer/document.hpp"
#include "runner/importer/json_text.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

constexpr int max_depth = 5;  // of variables in variables

/// Postman's dynamic variables and what we draw instead.
struct Dynamic {
  std::string_view postman;
  std::string_view ours;
};
constexpr std::array dynamics{Dynamic{"$guid", "uuid"},
                              Dynamic{"$randomUUID", "uuid"},
                              Dynamic{"$timestamp", "timestamp"},
                              Dynamic{"$isoTimestamp", "now_iso()"},
                              Dynamic{"$randomInt", "random_int(0, 1000)"},
                              Dynamic{"$randomBoolean", "random_choice(true, false)"},
                              Dynamic{"$randomFullName", "random_name()"},
                              Dynamic{"$randomFirstName", "random_name()"},
                              Dynamic{"$randomLastName", "random_name()"},
                              Dynamic{"$randomEmail", "random_email()"},
                              Dynamic{"$randomPhoneNumber", "random_phone()"},
                              Dynamic{"$randomLoremSentence", "random_sentence()"}};

/// Each {{name}} by what is given for it.
std::string replaced(const std::string& text,
                     const std::function<std::string(const std::string&, const std::string&)>& by) {
  std::string out;
  std::string_view rest = text;
  while (true) {
    const std::size_t open = rest.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : rest.find("}}", open);
    if (close == std::string_view::npos) return out + std::string(rest);
    const std::string name(rest.substr(open + 2, close - open - 2));
    out += rest.substr(0, open);
    out += by(name, std::string(rest.substr(open, close + 2 - open)));
    rest.remove_prefix(close + 2);
  }
}

std::size_t leading_variable(std::string_view text) {
  const std::size_t end = text.starts_with("{{") ? text.find("}}") : std::string_view::npos;
  return end == std::string_view::npos ? 0 : end + 2;
}

}  // namespace

void PostmanVariables::read(const json::array& list) {
  for (const json::value& variable : list) {
    const json::value* value = find(&variable, "value");
    const json::value* disabled = find(&variable, "disabled");
    if (value == nullptr || value->is_null() || (disabled != nullptr && *disabled == true)) continue;
    values_[text_of(&variable, "key")] = plain_text(*value);
  }
}

void PostmanVariables::extract(const std::string& postman) { extracted_[postman] = unused_name(postman); }

std::string PostmanVariables::unused_name(const std::string& postman) const {
  const auto known = extracted_.find(postman);
  if (known != extracted_.end()) return known->second;
  std::string wanted = snake_case(postman);
  if (!profile::is_variable_name(wanted)) wanted = "value_" + wanted;
  const auto taken = [&](const std::string& name) {
    return profile::is_built_in(name) ||
           std::any_of(extracted_.begin(), extracted_.end(), [&](const auto& e) { return e.second == name; });
  };
  std::string name = wanted;
  for (int n = 2; taken(name); ++n) name = fmt::format("{}_{}", wanted, n);
  return name;
}

std::string PostmanVariables::with_known(const std::string& text, int depth) const {
  return replaced(text, [&](const std::string& name, const std::string& whole) {
    const auto known = values_.find(name);
    if (known == values_.end() || depth >= max_depth || extracted_.count(name) != 0) return whole;
    const bool is_secret = is_secret_name(name) || is_secret_value(known->second);
    return is_secret ? whole : with_known(known->second, depth + 1);
  });
}

std::string PostmanVariables::with_ours(const std::string& text) {
  std::string out;
  std::size_t done = 0;
  replaced(text, [&](const std::string& name, const std::string& whole) {
    const std::size_t at = text.find(whole, done);
    out += literal(std::string_view(text).substr(done, at - done)) + variable(name);
    done = at + whole.size();
    return std::string();
  });
  return out + literal(std::string_view(text).substr(done));
}

std::string PostmanVariables::named(const std::string& name, const std::string& value,
                                    const std::function<std::string(const std::string&)>& plain) {
  const std::string known = with_known(value);
  if (!has_variable(known)) return plain(known);
  // Under a secret's name the collection's variables may be parts of the secret.
  return with_ours(is_secret_parameter(name) ? value : known);
}

std::string PostmanVariables::query(std::string_view known) {
  std::string out;
  while (!known.empty()) {
    const std::string pair(known.substr(0, known.find('&')));
    if (!out.empty()) out += '&';
    out += has_variable(pair) ? with_ours(pair) : secrets_.form(pair);
    known.remove_prefix(std::min(pair.size() + 1, known.size()));
  }
  return out;
}

std::optional<json::value> PostmanVariables::json(const std::string& text) {
  return read_json_structure(with_ours(quote_bare(with_known(text), leading_variable)));
}

std::string PostmanVariables::variable(const std::string& name) {
  const auto extracted = extracted_.find(name);
  if (extracted != extracted_.end()) return fmt::format("{{{{{}}}}}", extracted->second);
  const auto* dynamic =
      std::find_if(dynamics.begin(), dynamics.end(), [&](const Dynamic& d) { return d.postman == name; });
  if (dynamic != dynamics.end()) {
    if (name == "$timestamp")
      lose(draft_, "{{$timestamp}} counts seconds in Postman, {{timestamp}} milliseconds");
    return fmt::format("{{{{{}}}}}", dynamic->ours);
  }
  if (name.starts_with('$')) {
    lose(draft_, fmt::format("the dynamic variable {{{{{}}}}}: the text {} is sent", name, name.substr(1)));
    return literal(name.substr(1));
  }
  return secrets_.hide(name, name, fmt::format("the Postman variable {}", name));
}

}  // namespace soundcheck::importer
