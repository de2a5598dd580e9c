// Keeps secrets out of the files that an import writes: each becomes a ${VARIABLE} of the environment, and
// the file says which ones a run needs. What is a secret is decided here and nowhere else. Pure; one for each
// import.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "runner/importer/draft.hpp"

namespace soundcheck::importer {

/// How much of what stands under a name is hidden: a number under "password_length" is no password.
enum class Secrecy : unsigned char { none, texts, all };
Secrecy secrecy_of(std::string_view name);

/// Whether a header, parameter or field of this name holds a secret: Authorization, X-Api-Key, password ...
bool is_secret_name(std::string_view name);
/// The same for a query or a form, where a `key` or a `code` is one, too.
bool is_secret_parameter(std::string_view name);
/// Whether a text is a secret whatever its name is: a JSON Web Token, a key as the large providers write
/// them, an address with a secret in it.
bool is_secret_value(std::string_view value);

class Secrets {
 public:
  explicit Secrets(Draft& draft) : draft_(draft) {}

  /// "${NAME}" for a value. The same name and value give the same variable, another value gives NAME_2.
  std::string hide(std::string_view name, std::string_view value, std::string_view meaning);
  /// A header's value, hidden if it is a secret, else as literal text. The scheme (Bearer, Basic) stays
  /// readable.
  std::string header(std::string_view name, std::string_view value);
  /// "Basic ${BASIC_AUTH}" for a name with its password.
  std::string basic(std::string_view name_and_password);
  /// A body in which fields that hold secrets are hidden, and everything below a name such as "credentials".
  boost::json::value body(const boost::json::value& value);
  /// The same for text that is ours already: values that are variables stay.
  boost::json::value hide_fields(const boost::json::value& value);
  /// The value of a field in a form of parts; if it is JSON, with its fields hidden.
  std::string part(std::string_view name, std::string_view value);
  /// "name=value&..." of a query or a form, the same way.
  std::string form(std::string_view text);
  /// Any other body, which is ours already: what looks like JSON or XML with a secret's name is hidden, for
  /// bodies that are not quite JSON.
  std::string text(std::string_view ours);

 private:
  boost::json::value hidden(std::string_view name, const boost::json::value& value, Secrecy secrecy);

  Draft& draft_;
  std::map<std::pair<std::string, std::string>, std::string> variables_;  ///< of name and value
};

}  // namespace soundcheck::importer
