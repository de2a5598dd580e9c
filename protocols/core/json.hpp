// Looking into JSON that a target sent: parse, find by JSON Pointer (RFC 6901), compare. Boost.JSON stays in
// the .cpp. Pure; a document belongs to one thread, a JsonMatch is immutable and shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/text_template.hpp"

namespace soundcheck::core {

class JsonDocument {
 public:
  /// Nothing if the text is not one JSON value (nesting over 64 is refused too).
  static std::optional<JsonDocument> parse(std::string_view text);

  /// A string without its quotes, any other value as JSON text; nothing if the pointer leads nowhere.
  std::optional<std::string> find(std::string_view pointer) const;
  std::optional<double> number(std::string_view pointer) const;
  /// Nothing if the value is not a string.
  std::optional<std::string> string(std::string_view pointer) const;

 private:
  friend class JsonMatch;
  friend class JsonPath;
  friend class JsonValues;
  /// Of a boost::json::value, as find() gives it.
  static std::string text_of(const void* value);

  std::shared_ptr<const void> value_;
};

/// The text as a JSON string, with its quotes.
std::string json_quoted(std::string_view text);

/// "The value at this pointer exists", or "equals this". The expected value may hold {{variables}}; one
/// without is parsed once.
class JsonMatch {
 public:
  /// `expected` is JSON text; throws std::invalid_argument if it is not (the profile loader has checked it).
  /// Without `names` nothing in it is a variable.
  JsonMatch(std::string pointer, std::optional<std::string> expected, VariableTable* names = nullptr);

  /// Nothing if it matches, else for example `/status is "down", expected "healthy"`.
  std::optional<std::string> mismatch(const JsonDocument& document, const Variables& variables) const;

 private:
  std::string pointer_;
  std::optional<TextTemplate> expected_;
  std::shared_ptr<const void> constant_;  ///< the parsed expected value, if it has no variables
};

/// A text that is parsed as JSON when somebody first asks.
class LazyJson {
 public:
  explicit LazyJson(std::string_view text) : text_(text) {}
  std::string_view text() const { return text_; }
  /// nullptr if the text is not JSON.
  const JsonDocument* document();

 private:
  std::string_view text_;
  bool parsed_ = false;
  std::optional<JsonDocument> document_;
};

/// Keeps the value at a JSON Pointer as a variable.
struct JsonExtraction {
  Slot slot = 0;
  std::string variable;  ///< for messages
  std::string pointer;
};

/// Nothing if all were found, else what was not.
std::optional<std::string> extract(const std::vector<JsonExtraction>& extractions, LazyJson& content,
                                   Variables& variables);

/// What a body or message must hold: a piece of text, values in its JSON, or both.
struct ContentMatch {
  std::optional<TextTemplate> contains;
  std::vector<JsonMatch> json;

  bool empty() const { return !contains && json.empty(); }
  /// Nothing if it matches, else what was expected and what came.
  std::optional<std::string> mismatch(LazyJson& content, const Variables& variables) const;
};

}  // namespace soundcheck::core
