// What a JSONPath says, as a tree, and the parser that makes it of text (RFC 9535, sections 2.1 to 2.5). Only
// for json_path.cpp and json_path_parser.cpp. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/json_path.hpp"

namespace soundcheck::core::json_path {

struct Filter;

struct Wildcard {};
struct Slice {
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> end;
  std::int64_t step = 1;
};
/// A member's name, all children, an element by its index (negative: from the end), a range, or those
/// children for which a filter holds.
using Selector = std::variant<std::string, Wildcard, std::int64_t, Slice, std::shared_ptr<const Filter>>;

struct Segment {
  bool descendant = false;  ///< "..": applies to the value and to everything below it
  std::vector<Selector> selectors;
};

struct Query {
  bool absolute = true;  ///< from $, else from @
  std::vector<Segment> segments;

  /// Can find one value at most, so that it may be compared (RFC 9535, 2.3.5.1).
  bool singular() const;
};

enum class Comparison : unsigned char { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

using Operand = std::variant<boost::json::value, Query>;

struct Filter {
  enum class Kind : unsigned char { any_of, all_of, none_of, exists, compares };
  Kind kind = Kind::exists;
  std::vector<Filter> parts;  ///< of any_of, all_of and none_of
  Query query;                ///< of exists
  Comparison comparison{};
  Operand left;
  Operand right;
};

std::variant<Query, JsonPathError> parse_query(std::string_view text);

}  // namespace soundcheck::core::json_path
