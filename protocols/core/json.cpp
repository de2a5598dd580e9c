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

/// 3 and 3.0 are the same number (RFC 8259, section 6), which Boost tells apart.
bool equal(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number() && (a.is_double() || b.is_double()))
    return a.to_number<double>() == b.to_number<double>();
  return a == b;
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
  return text_of(found);
}

std::string JsonDocument::text_of(const void* value) {
  const auto& found = *static_cast<const json::value*>(value);
  if (const json::string* text = found.if_string()) return std::string(*text);
  // Boost writes 1.5 as 1.5E0, which is the same in JSON but not what people expect in a path or a name.
  if (const double* number = found.if_double()) return fmt::format("{}", *number);
  return json::serialize(found);
}

std::optional<double> JsonDocument::number(std::string_view pointer) const {
  const json::value* found = locate(value_, pointer);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

std::optional<std::string> JsonDocument::string(std::string_view pointer) const {
  const json::value* found = locate(value_, pointer);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return std::string(found->get_string());
}

std::string json_quoted(std::string_view text) { return json::serialize(json::string_view(text)); }

JsonMatch::JsonMatch(std::string pointer, std::optional<std::string> expected, VariableTable* names)
    : pointer_(std::move(pointer)) {
  if (!expected) return;
  expected_ = names != nullptr ? TextTemplate::compile(*expected, *names, Escape::json)
                               : TextTemplate::literal(*expected);
  if (!expected_->constant()) return;
  boost::system::error_code error;
  json::value value = json::parse(*expected, error);
  if (error) throw std::invalid_argument("expected value is not JSON: " + *expected);
  constant_ = std::make_shared<const json::value>(std::move(value));
}

std::optional<std::string> JsonMatch::mismatch(const JsonDocument& document,
                                               const Variables& variables) const {
  const json::value* found = locate(document.value_, pointer_);
  if (!expected_) {
    if (found != nullptr) return std::nullopt;
    return fmt::format("{} is missing", pointer_);
  }
  std::string wanted;
  if (constant_) {
    if (found != nullptr && equal(*found, *static_cast<const json::value*>(constant_.get())))
      return std::nullopt;
    wanted = expected_->text();
  } else {
    expected_->render(variables, wanted);
    boost::system::error_code error;
    const json::value value = json::parse(wanted, error);
    if (!error && found != nullptr && equal(*found, value)) return std::nullopt;
    // The rendered value would make a different text for every request.
    wanted = "the value of its variable";
  }
  std::string shown = found == nullptr ? "missing" : constant_ ? json::serialize(*found) : "another value";
  if (shown.size() > longest_shown_value) shown = shown.substr(0, longest_shown_value) + "...";
  return fmt::format("{} is {}, expected {}", pointer_, shown, wanted);
}

const JsonDocument* LazyJson::document() {
  if (!parsed_) document_ = JsonDocument::parse(text_);
  parsed_ = true;
  return document_ ? &*document_ : nullptr;
}

std::optional<std::string> extract(const std::vector<JsonExtraction>& extractions, LazyJson& content,
                                   Variables& variables) {
  if (extractions.empty()) return std::nullopt;
  const JsonDocument* document = content.document();
  if (document == nullptr) return "it is not JSON";
  for (const JsonExtraction& extraction : extractions) {
    auto value = document->find(extraction.pointer);
    if (!value) return fmt::format("nothing at {} to extract as {}", extraction.pointer, extraction.variable);
    variables.set(extraction.slot, std::move(*value));
  }
  return std::nullopt;
}

std::optional<std::string> ContentMatch::mismatch(LazyJson& content, const Variables& variables) const {
  if (contains) {
    std::string wanted;
    contains->render(variables, wanted);
    if (content.text().find(wanted) == std::string_view::npos) {
      return fmt::format("it does not contain '{}'",
                         contains->constant() ? wanted : "the value of a variable");
    }
  }
  if (json.empty()) return std::nullopt;
  const JsonDocument* document = content.document();
  if (document == nullptr) return "it is not JSON";
  for (const JsonMatch& match : json) {
    if (auto reason = match.mismatch(*document, variables)) return reason;
  }
  return std::nullopt;
}

}  // namespace soundcheck::core
