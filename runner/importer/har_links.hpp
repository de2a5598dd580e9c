// Finds in a recording which values of answers later requests used: an id in a path, a token in a header.
// Such a value is no constant of the target, so it becomes a variable: extracted where it came from, used
// where it went. Pure; one for each recording.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/importer/secrets.hpp"

namespace soundcheck::importer {

/// An extraction that is needed: the value at `pointer` of the answer to step number `step`.
struct Link {
  std::size_t step = 0;
  std::string pointer;
  std::string variable;
};

class Links {
 public:
  /// The parts of a request, as literal text with {{variables}} where values of earlier answers stand.
  std::string path(std::string_view path);
  std::string query(Secrets& secrets, std::string_view query);
  /// Nothing if the header holds no such value.
  std::optional<std::string> header(std::string_view value);
  /// Sets the body of a step. A number in it that becomes a variable stands without quotes.
  void set_body(Secrets& secrets, Step& step, const boost::json::value& body);

  /// Takes the answer to a step for the requests that follow. Values that the request itself has sent, or an
  /// earlier one, are the client's own.
  void learn(std::size_t step, std::string_view path, const boost::json::value& answer);

  /// What the steps have to extract, in the order in which it was first needed.
  const std::vector<Link>& used() const { return used_; }

 private:
  struct Found {
    Link link;
    std::string key;
    std::string owner;  ///< key of the map or list that it stands in
    bool number = false;
  };
  /// The variable for a value that stands under `name`, if an answer gave it.
  std::optional<std::string> variable(const std::string& value, std::string_view name, bool in_path);
  void learn_value(const Found& place, std::string_view path, const boost::json::value& value);
  boost::json::value linked(const boost::json::value& value, std::string_view name);
  std::string new_name(const Found& found, std::string_view path);

  std::map<std::string, Found> found_;        // by value
  std::set<std::string> sent_;                // values of requests
  std::set<std::string> names_;               // of variables
  std::map<std::string, std::string> paths_;  // value -> path of the request that it came from
  std::vector<Link> used_;
};

}  // namespace soundcheck::importer
