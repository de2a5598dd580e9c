#include "runner/importer/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <set>

#include "runner/importer/shell_variables.hpp"
#include "runner/importer/url.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

/// Lower case without - and _.
std::string squeezed(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

/// Every shell sets them: a run would take its own PATH for the secret.
bool is_set_by_shells(const std::string& name) {
  constexpr std::array<std::string_view, 26> names{
      "PATH", "PWD",    "OLDPWD",   "USER",  "USERNAME", "LOGNAME", "HOME",     "HOST",    "HOSTNAME",
      "LANG", "SHELL",  "SHLVL",    "TERM",  "TMPDIR",   "TEMP",    "TMP",      "TZ",      "UID",
      "EUID", "EDITOR", "LANGUAGE", "PAGER", "DISPLAY",  "MAIL",    "HOSTTYPE", "MACHTYPE"};
  return name.starts_with("LC_") || std::find(names.begin(), names.end(), name) != names.end();
}

std::string variable_name(std::string_view name) {
  std::string out = snake_case(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (out.empty() || std::isdigit(static_cast<unsigned char>(out.front())) != 0) out = "SECRET_" + out;
  if (is_set_by_shells(out)) out = "TARGET_" + out;
  return out;
}

}  // namespace

bool is_secret_name(std::string_view name) {
  constexpr std::array<std::string_view, 13> parts{
      "authorization", "apikey",    "password",   "passwd",    "secret", "credential", "signature",
      "privatekey",    "accesskey", "passphrase", "authtoken", "jwt",    "cookie"};
  const std::string text = squeezed(name);
  // "max_tokens" is a number of words.
  if (text.ends_with("token") || text == "auth" || text == "xauth" || text == "sig" || text == "pwd")
    return true;
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

std::string Secrets::hide(std::string_view name, std::string_view value, std::string_view meaning) {
  if (is_shell_mark(value)) return std::string(value);
  std::string& variable = variables_[{std::string(name), std::string(value)}];
  if (variable.empty()) {
    const std::string wanted = variable_name(name);
    variable = wanted;
    const auto taken = [&] {
      return std::any_of(draft_.needed.begin(), draft_.needed.end(),
                         [&](const Needed& needed) { return needed.name == variable; });
    };
    for (int n = 2; taken(); ++n) variable = fmt::format("{}_{}", wanted, n);
    draft_.needed.push_back({variable, std::string(meaning)});
  }
  return fmt::format("${{{}}}", variable);
}

std::string Secrets::header(std::string_view name, std::string_view value) {
  if (!is_secret_name(name) || value.empty()) return literal(value);
  const std::size_t space = value.find(' ');
  if (squeezed(name) != "authorization" || space == std::string_view::npos)
    return hide(name, value, fmt::format("the header {}", name));
  const std::string_view scheme = value.substr(0, space);
  const std::string kind = squeezed(scheme);
  const std::string_view secret = value.substr(space + 1);
  if (kind == "bearer") return fmt::format("{} {}", scheme, hide("api_token", secret, "the bearer token"));
  if (kind == "basic") {
    return fmt::format(
        "{} {}", scheme,
        hide("basic_auth", secret, "user:password in base64: printf %s user:password | base64"));
  }
  return fmt::format("{} {}", literal(scheme),
                     hide(name, secret, fmt::format("what follows {} in the header {}", scheme, name)));
}

json::value Secrets::body(const json::value& value) { return hide_fields(literal_json(value)); }

json::value Secrets::hide_fields(const json::value& value) {
  if (const json::array* list = value.if_array()) {
    json::array out;
    for (const json::value& item : *list) out.push_back(hide_fields(item));
    return out;
  }
  const json::object* map = value.if_object();
  if (map == nullptr) return value;
  json::object out;
  for (const auto& [key, member] : *map)
    out[key] = member.is_string() ? hidden(key, member) : hide_fields(member);
  return out;
}

json::value Secrets::field(std::string_view name, const json::value& value) {
  return hidden(name, literal_json(value));
}

/// `value` is ours.
json::value Secrets::hidden(std::string_view name, const json::value& value) {
  if (!value.is_string() || value.get_string().empty() || !is_secret_name(name)) return value;
  const std::string_view text = value.get_string();
  const std::size_t dollar = text.find("${");
  const bool literal_dollar = dollar != std::string_view::npos && dollar > 0 && text[dollar - 1] == '$';
  const bool is_variable =
      text.find("{{") != std::string_view::npos || (dollar != std::string_view::npos && !literal_dollar);
  if (is_variable) return value;
  return json::value(hide(name, text, fmt::format("the field {} of a body", name)));
}

std::string Secrets::form(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    const std::size_t equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    const std::string plain = decode_value(name);
    if (!out.empty()) out += '&';
    if (equals == std::string_view::npos || equals + 1 == pair.size() || !is_secret_name(plain)) {
      out += literal(pair);
    } else {
      out += literal(name) + '=' +
             hide(plain, pair.substr(equals + 1), fmt::format("the parameter {}, URL-encoded", plain));
    }
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
  }
  return out;
}

}  // namespace soundcheck::importer
