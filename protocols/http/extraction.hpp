// What a step keeps of an answer as a variable: found by JSON Pointer, JSONPath or regular expression in the
// body, in a header, or in a cookie. Compiled when the plan is made; immutable and shared. Pure; the
// variables are the user's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/core/json_path.hpp"
#include "protocols/core/variables.hpp"
#include "protocols/http/cookie_jar.hpp"
#include "protocols/http/response.hpp"

namespace re2 {
class RE2;
}

namespace soundcheck::http {

/// A regular expression, found in the body as often as it is there.
struct PatternSource {
  std::shared_ptr<const re2::RE2> regex;
  int group = 0;  ///< which parenthesis counts; 0: the whole match

  /// Or why the text is no regular expression.
  static std::variant<PatternSource, std::string> compile(const std::string& text);
  int groups() const;
};

struct PointerSource {
  std::string pointer;
};
struct HeaderSource {
  std::string name;
};
/// Of the answer, or else what the user was given before.
struct CookieSource {
  std::string name;
};

struct Extraction {
  /// Which of the values that were found. `count` and `all` find always something: 0, [].
  enum class Pick : unsigned char { first, last, random, count, all };

  core::Slot slot = 0;
  std::string variable;  ///< for messages
  std::variant<PointerSource, core::JsonPath, PatternSource, HeaderSource, CookieSource> source;
  Pick pick = Pick::first;
  std::uint32_t place = 0;                 ///< of Pick::random, from VariableTable::new_place()
  std::optional<std::string> otherwise{};  ///< the value if nothing is found; without it that is a failure

  bool wants_body() const {
    return !std::holds_alternative<HeaderSource>(source) && !std::holds_alternative<CookieSource>(source);
  }
};

/// Nothing if all were found, else what was not: "nothing at /id to extract as call_id".
std::optional<std::string> extract(const std::vector<Extraction>& extractions, core::LazyJson& content,
                                   const Response& response, const CookieJar& jar,
                                   core::Variables& variables);

}  // namespace soundcheck::http
