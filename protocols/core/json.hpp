// Looking into JSON that a target sent: parse, find by JSON Pointer (RFC 6901), compare. Boost.JSON stays in
// the .cpp. Pure; a document belongs to one thread, a JsonMatch is immutable and shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::core {

class JsonDocument {
 public:
  /// Nothing if the text is not one JSON value (nesting over 64 is refused too).
  static std::optional<JsonDocument> parse(std::string_view text);

  /// A string without its quotes, any other value as JSON text; nothing if the pointer leads nowhere.
  std::optional<std::string> find(std::string_view pointer) const;
  std::optional<double> number(std::string_view pointer) const;

 private:
  friend class JsonMatch;
  std::shared_ptr<const void> value_;
};

/// "The value at this pointer exists", or "equals this".
class JsonMatch {
 public:
  /// `expected` is JSON text; throws std::invalid_argument if it is not (the profile loader has checked it).
  JsonMatch(std::string pointer, std::optional<std::string> expected);

  bool matches(const JsonDocument& document) const;
  /// "/status is "down", expected "healthy"": for a failure's text.
  std::string mismatch(const JsonDocument& document) const;

 private:
  std::string pointer_;
  std::optional<std::string> expected_text_;
  std::shared_ptr<const void> expected_;
};

}  // namespace soundcheck::core
