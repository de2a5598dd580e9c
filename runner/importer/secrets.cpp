#include "runner/importer/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <set>

#include "runner/importer/document.hpp"
#include "runner/importer/json_text.hpp"
#include "runner/importer/shell_variables.hpp"
#include "runner/importer/url.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

constexpr std::string_view basic_meaning = "user:password in base64: printf %s user:password | base64";

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
  if (out.empty()) out = "SECRET";
  if (std::isdigit(static_cast<unsigned char>(out.front())) != 0) out = "SECRET_" + out;
  if (is_set_by_shells(out)) out = "TARGET_" + out;
  return out;
}

/// Of text that is ours: $${ is none.
bool holds_variable(std::string_view text) {
  const std::size_t dollar = text.find("${");
  const bool is_literal = dollar != std::string_view::npos && dollar > 0 && text[dollar - 1] == '$';
  return text.find("{{") != std::string_view::npos || (dollar != std::string_view::npos && !is_literal);
}

/// A name with a password in front of its host, or a secret among its parameters (also those after #).
bool is_secret_address(std::string_view address) {
  const std::string_view place = address.substr(address.find("://") + 3);
  const std::string_view host = place.substr(0, place.find_first_of("/?#"));
  if (host.substr(0, host.find('@')).find(':') != std::string_view::npos && host.find('@') != host.npos)
    return true;
  std::string_view rest = place.substr(std::min(place.find_first_of("?#"), place.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view pair = rest.substr(0, rest.find_first_of("?&#"));
    const std::size_t equals = pair.find('=');
    if (equals < pair.size() - 1 && is_secret_parameter(decode_value(pair.substr(0, equals)))) return true;
    rest.remove_prefix(pair.size());
  }
  return false;
}

/// A name and what stands under it, both parts of a text.
struct Labelled {
  std::string_view name;
  std::string_view value;
};

/// What stands in the quotes that the text begins with, escapes and all; as nothing if it begins with none.
std::string_view leading_quoted(std::string_view text) {
  if (!text.starts_with('"')) return {};
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return end < text.size() ? text.substr(1, end - 1) : std::string_view();
}

/// Of a text that begins with "name": "value" or <name>value<.
Labelled leading_label(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  if (text.starts_with('<')) {
    constexpr std::size_t longest_tag = 1000;
    const std::size_t tag = text.substr(0, longest_tag).find('>');
    if (tag == std::string_view::npos) return {};
    const std::string_view name = text.substr(1, std::min(text.find_first_of(" \t\r\n/>"), tag) - 1);
    const std::string_view rest = text.substr(tag + 1);
    return {name, rest.substr(0, rest.find('<'))};
  }
  const std::string_view name = leading_quoted(text);
  if (name.empty()) return {};
  const std::size_t colon = text.find_first_not_of(space, name.size() + 2);
  if (colon == std::string_view::npos || text[colon] != ':') return {};
  const std::size_t value = text.find_first_not_of(space, colon + 1);
  return value == std::string_view::npos ? Labelled{} : Labelled{name, leading_quoted(text.substr(value))};
}

bool holds_secret(const json::value& value) {
  Draft probe;
  Secrets(probe).body(value);
  return !probe.needed.empty();
}

}  // namespace

Secrecy secrecy_of(std::string_view name) {
  constexpr std::array<std::string_view, 17> parts{
      "authorization", "apikey",     "password",        "passwd",       "secret", "credential",
      "signature",     "privatekey", "accesskey",       "authkey",      "jwt",    "passphrase",
      "authtoken",     "passcode",   "subscriptionkey", "functionskey", "cookie"};
  constexpr std::array<std::string_view, 10> whole{"token", "auth", "xauth", "bearer", "pass",
                                                   "pin",   "otp",  "totp",  "pwd",    "sig"};
  // Counts of words are called tokens, too: "max_tokens", and "tokens": 120.
  constexpr std::array<std::string_view, 6> texts{"tokens",        "accesstokens", "refreshtokens",
                                                  "sessiontokens", "xsession",     "xsessionid"};
  const auto holds = [](const auto& names, std::string_view text) {
    return std::find(names.begin(), names.end(), text) != names.end();
  };
  const std::string text = squeezed(name);
  const std::string_view one = std::string_view(text).substr(0, text.size() - (text.ends_with('s') ? 1 : 0));
  const auto ends = [&](std::string_view part) { return one.ends_with(part); };
  if (holds(whole, text) || std::any_of(parts.begin(), parts.end(), ends)) return Secrecy::all;
  const auto inside = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  if (holds(texts, text) || text.ends_with("token") || std::any_of(parts.begin(), parts.end(), inside))
    return Secrecy::texts;
  return Secrecy::none;
}

bool is_secret_name(std::string_view name) { return secrecy_of(name) != Secrecy::none; }

bool is_secret_parameter(std::string_view name) {
  constexpr std::array<std::string_view, 6> more{
      "key", "code", "codeverifier", "assertion", "clientassertion", "samlresponse"};
  return is_secret_name(name) || std::find(more.begin(), more.end(), squeezed(name)) != more.end();
}

bool is_secret_value(std::string_view value) {
  constexpr std::array<std::string_view, 12> beginnings{"sk_live_", "sk_test_", "rk_live_",    "sk-",
                                                        "ghp_",     "gho_",     "github_pat_", "glpat-",
                                                        "xoxb-",    "xoxp-",    "AKIA",        "AIza"};
  constexpr std::size_t shortest = 12;  // "sk-SK" is a language
  if (const auto structure = read_json_structure(value)) return holds_secret(*structure);
  if (value.find("://") != std::string_view::npos) return is_secret_address(value);
  if (value.starts_with("-----BEGIN ")) return value.find("PRIVATE KEY") != std::string_view::npos;
  const bool one_word = std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '=';
  });
  if (!one_word || value.size() < shortest) return false;
  if (value.starts_with("eyJ")) return value.find('.') != std::string_view::npos;
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return value.starts_with(beginning); });
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
  const std::string kind_of_header = squeezed(name);
  if (kind_of_header == "referer") return literal(shown_address(value));
  const bool is_named = is_secret_name(name);
  const std::string_view scheme = value.substr(0, std::min(value.find(' '), value.size()));
  const std::string_view secret = value.substr(std::min(scheme.size() + 1, value.size()));
  const std::string kind = secret.empty() ? "" : squeezed(scheme);
  // Some headers with names of their own hold tokens in the same form.
  if (kind == "bearer") return fmt::format("{} {}", scheme, hide("api_token", secret, "the bearer token"));
  if (value.empty() || !(is_named || is_secret_value(value))) return literal(value);
  if (kind == "basic") return fmt::format("{} {}", scheme, hide("basic_auth", secret, basic_meaning));
  if (kind_of_header != "authorization" || kind.empty())
    return hide(name, value, fmt::format("the header {}", name));
  return fmt::format("{} {}", literal(scheme),
                     hide(name, secret, fmt::format("what follows {} in the header {}", scheme, name)));
}

std::string Secrets::basic(std::string_view name_and_password) {
  // A variable of the shell is no base64 yet.
  return "Basic " + hide("basic_auth", fmt::format("plain {}", name_and_password), basic_meaning);
}

json::value Secrets::body(const json::value& value) { return hide_fields(literal_json(value)); }

json::value Secrets::hide_fields(const json::value& value) { return hidden("", value, Secrecy::none); }

/// `value` is ours.
json::value Secrets::hidden(std::string_view name, const json::value& value, Secrecy secrecy) {
  if (const json::array* list = value.if_array()) {
    json::array out;
    for (const json::value& item : *list) out.push_back(hidden(name, item, secrecy));
    return out;
  }
  if (const json::object* map = value.if_object()) {
    json::object out;
    // The parameters of OAuth, as JSON: a code elsewhere is none of its.
    const bool is_grant = map->contains("grant_type");
    for (const auto& [key, member] : *map) {
      const Secrecy here = is_grant && is_secret_parameter(key) ? Secrecy::all : secrecy_of(key);
      out[key] = hidden(key, member, std::max(secrecy, here));
    }
    return out;
  }
  const auto variable = [&](std::string_view text) {
    return hide(name, text, fmt::format("the field {} of a body", name));
  };
  if (value.is_number() && secrecy == Secrecy::all) return json::value(bare(variable(plain_text(value))));
  if (!value.is_string() || value.get_string().empty()) return value;
  const std::string_view text = value.get_string();
  const bool is_secret =
      (secrecy != Secrecy::none || is_secret_value(text)) && !is_bare(text) && !holds_variable(text);
  return is_secret ? json::value(variable(text)) : value;
}

std::string Secrets::part(std::string_view name, std::string_view value) {
  const auto structure = read_json_structure(value);
  const bool is_secret = is_secret_parameter(name) || (!structure && is_secret_value(value));
  if (is_secret && !value.empty()) return hide(name, value, fmt::format("the field {} of a form", name));
  return structure ? json_text(body(*structure)) : literal(value);
}

std::string Secrets::text(std::string_view ours) {
  std::string out;
  while (!ours.empty()) {
    const Labelled found = leading_label(ours);
    const bool is_blank = found.value.find_first_not_of(" \t\r\n") == std::string_view::npos;
    const bool is_secret = !is_blank && !holds_variable(found.value) &&
                           (is_secret_name(found.name) || is_secret_value(found.value));
    if (is_secret) {
      const auto before = static_cast<std::size_t>(found.value.data() - ours.data());
      out += ours.substr(0, before);
      out += hide(found.name, found.value, fmt::format("the field {} of a body", found.name));
      ours.remove_prefix(before + found.value.size());
    } else {
      out += ours.front();
      ours.remove_prefix(1);
    }
  }
  return out;
}

std::string Secrets::form(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    const std::string plain = decode_value(name);
    if (!out.empty()) out += '&';
    if (!value.empty() && (is_secret_parameter(plain) || is_secret_value(decode_value(value)))) {
      out += literal(name) + '=' + hide(plain, value, fmt::format("the parameter {}, URL-encoded", plain));
    } else {
      out += this->text(literal(pair));
    }
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
  }
  return out;
}

}  // namespace soundcheck::importer
