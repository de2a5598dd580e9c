#include "protocols/core/json.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>

namespace soundcheck::core {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_shown_value = 60;

const json::value* locate(const std::shared_ptr<const void>& root, std::string_view pointer) {
  boost::system::error_code error;
  return static_cast<const json::value*>(root.get())->find_pointer(pointer, error);
}

}  // namespace

std::optional<JsonDocument> JsonDocument::parse(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  boost::system::error_code error;
  json::value value = json::parse(text, error, {}, options);
  if (error) return std::nullopt;
  JsonDocument document;
  document.value_ = std::make_shared<const json::value>(std::move(value));
  return document;
}

std::optional<std::string> JsonDocument::find(std::string_view pointer) const {
  const json::value* found = locate(value_, pointer);
  if (found == nullptr) return std::nullopt;
  if (const json::string* text = found->if_string()) return std::string(*text);
  return json::serialize(*found);
}

std::optional<double> JsonDocument::number(std::string_view pointer) const {
  const json::value* found = locate(value_, pointer);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

JsonMatch::JsonMatch(std::string pointer, std::optional<std::string> expected)
    : pointer_(std::move(pointer)), expected_text_(std::move(expected)) {
  if (!expected_text_) return;
  boost::system::error_code error;
  json::value value = json::parse(*expected_text_, error);
  if (error) throw std::invalid_argument("expected value is not JSON: " + *expected_text_);
  expected_ = std::make_shared<const json::value>(std::move(value));
}

bool JsonMatch::matches(const JsonDocument& document) const {
  const json::value* found = locate(document.value_, pointer_);
  return found != nullptr && (!expected_ || *found == *static_cast<const json::value*>(expected_.get()));
}

std::string JsonMatch::mismatch(const JsonDocument& document) const {
  const json::value* found = locate(document.value_, pointer_);
  std::string shown = found == nullptr ? "missing" : json::serialize(*found);
  if (shown.size() > longest_shown_value) shown = shown.substr(0, longest_shown_value) + "...";
  return expected_text_ ? fmt::format("{} is {}, expected {}", pointer_, shown, *expected_text_)
                        : fmt::format("{} is missing", pointer_);
}

}  // namespace soundcheck::core
