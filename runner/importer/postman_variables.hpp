// The {{variables}} of a Postman collection: those it sets itself are put in, those that scripts take from
// answers become a user's variables, Postman's dynamic ones generators, and all others, secrets too, come
// from the environment. Pure; one for each import.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runner/importer/secrets.hpp"

namespace soundcheck::importer {

class PostmanVariables {
 public:
  PostmanVariables(Draft& draft, Secrets& secrets) : draft_(draft), secrets_(secrets) {}

  /// A collection's list of variables.
  void read(const boost::json::array& list);
  /// A script gives the variable a value of an answer.
  void extract(const std::string& postman);
  /// Our name for a variable that is extracted.
  const std::string& extracted(const std::string& postman) const { return extracted_.at(postman); }

  static bool has_variable(std::string_view text) { return text.find("{{") != std::string_view::npos; }
  /// The text with the collection's own variables in it; those that hold secrets and all others keep their
  /// braces.
  std::string with_known(const std::string& text) const { return with_known(text, 0); }
  /// The text with all variables as ours, and everything else as literal text.
  std::string with_ours(const std::string& text);
  /// Both.
  std::string ours(const std::string& text) { return with_ours(with_known(text)); }

  /// What stands under a name that may be a secret's: once it is known whether a variable is left in the
  /// value, it is `plain`, or ours.
  std::string named(const std::string& name, const std::string& value,
                    const std::function<std::string(const std::string&)>& plain);
  /// A query or form with the collection's variables in it already: each pair by itself, since a variable in
  /// one must not keep the secret of another one from being hidden.
  std::string query(std::string_view known);
  /// A map or list with our variables, quoted or not; nothing if it is none.
  std::optional<boost::json::value> json(const std::string& text);

 private:
  std::string with_known(const std::string& text, int depth) const;
  std::string unused_name(const std::string& postman) const;
  std::string variable(const std::string& name);

  Draft& draft_;
  Secrets& secrets_;
  std::map<std::string, std::string> values_;     // of the collection
  std::map<std::string, std::string> extracted_;  // Postman's name -> ours
};

}  // namespace soundcheck::importer
