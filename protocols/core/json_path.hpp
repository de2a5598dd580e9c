// JSONPath (RFC 9535): which values of a JSON document an expression means. Compiled once, when the plan is
// made; immutable and shared. Pure. Boost.JSON stays in the .cpp files. Debian 12 has no C++ library for it.
//
// All of RFC 9535 but function extensions (length(), count(), match(), search(), value()). Every search is
// bounded: see most_values and most_visits.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/json.hpp"

namespace soundcheck::core {

namespace json_path {
struct Query;
}

struct JsonPathError {
  std::size_t column = 0;  ///< from 1, in bytes
  std::string text;        ///< "expected a name after '.'"
};

/// The values found, in the order of the document. They stay good as long as this lives.
class JsonValues {
 public:
  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  /// A string without its quotes, any other value as JSON text. i < size().
  std::string text(std::size_t i) const;
  /// All of them as the text of one JSON array.
  std::string array() const;
  /// The search was given up because it found or visited too much; what is here is only its beginning.
  bool cut() const { return cut_; }

 private:
  friend class JsonPath;
  std::shared_ptr<const void> document_;
  std::vector<const void*> values_;
  bool cut_ = false;
};

class JsonPath {
 public:
  static std::variant<JsonPath, JsonPathError> parse(std::string_view text);

  /// Looks no further once it has found `limit` values, which is not called cut.
  JsonValues find(const JsonDocument& document, std::size_t limit = no_limit) const;

  const std::string& text() const { return text_; }

  static constexpr std::size_t no_limit = static_cast<std::size_t>(-1);
  /// What a search finds at most: more than a body of 4 MiB holds in practice.
  static constexpr std::size_t most_values = 100'000;
  /// And how many values it looks at, filters included; `..` may look at each many times.
  static constexpr std::size_t most_visits = 2'000'000;

 private:
  std::string text_;
  std::shared_ptr<const json_path::Query> query_;
};

}  // namespace soundcheck::core
