// Reads the fields of a JSON body and the parameters of a query, and collects what is wrong with them, so
// that one answer names all mistakes. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "tools/reference_agent/apis/api.hpp"

namespace soundcheck::reference_agent {

/// Fields are named with dots where objects stand in objects: "customer.name".
class JsonFields {
 public:
  explicit JsonFields(std::string_view body);

  /// A string of 1 to `longest` characters.
  std::string text(std::string_view name, std::size_t longest = 200);
  /// The same; `fallback` if the field is absent.
  std::string text_or(std::string_view name, std::string_view fallback, std::size_t longest = 200);
  double number(std::string_view name, double min, double max);
  std::int64_t whole_number(std::string_view name, std::int64_t min, std::int64_t max);
  bool has(std::string_view name) const { return find(name) != nullptr; }

  /// The 400 that says all that is wrong; nothing if nothing is.
  std::optional<ApiReply> error() const;

 private:
  const boost::json::value* find(std::string_view name) const;
  void add_mistake(std::string text);

  boost::json::value document_;
  std::string_view body_code_;  // what is wrong with the body as a whole
  std::string mistakes_;
};

class QueryFields {
 public:
  explicit QueryFields(std::string_view query) : query_(query) {}

  /// The value as it stands; nothing if the parameter is absent.
  std::optional<std::string_view> value(std::string_view name) const;
  std::size_t whole_number(std::string_view name, std::size_t fallback, std::size_t min, std::size_t max);
  /// Empty if the parameter is absent.
  std::string_view one_of(std::string_view name, std::initializer_list<std::string_view> choices);

  std::optional<ApiReply> error() const;

 private:
  std::string_view query_;
  std::string mistakes_;
};

}  // namespace soundcheck::reference_agent
