#include "tools/reference_agent/apis/request_fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace soundcheck::reference_agent {
namespace {

void append_mistake(std::string& mistakes, std::string_view text) {
  if (!mistakes.empty()) mistakes += "; ";
  mistakes += text;
}

}  // namespace

JsonFields::JsonFields(std::string_view body) {
  boost::system::error_code error;
  document_ = boost::json::parse(boost::json::string_view(body.data(), body.size()), error);
  if (error) {
    body_code_ = "invalid_json";
    mistakes_ = "the body is not valid JSON; send a JSON object";
  } else if (!document_.is_object()) {
    body_code_ = "invalid_body";
    mistakes_ = "the body must be a JSON object";
  }
}

const boost::json::value* JsonFields::find(std::string_view name) const {
  const boost::json::value* value = &document_;
  while (value != nullptr) {
    const auto dot = name.find('.');
    const auto* object = value->if_object();
    value = object == nullptr ? nullptr : object->if_contains(name.substr(0, dot));
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  return value;
}

void JsonFields::add_mistake(std::string text) {
  if (body_code_.empty()) append_mistake(mistakes_, text);
}

std::string JsonFields::text(std::string_view name, std::size_t longest) {
  const auto* value = find(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text != nullptr && !text->empty() && text->size() <= longest) return {text->data(), text->size()};
  add_mistake(fmt::format("\"{}\" must be a string of 1 to {} characters", name, longest));
  return {};
}

std::string JsonFields::text_or(std::string_view name, std::string_view fallback, std::size_t longest) {
  return has(name) ? text(name, longest) : std::string(fallback);
}

double JsonFields::number(std::string_view name, double min, double max) {
  const auto* value = find(name);
  boost::system::error_code error;
  const double number = value == nullptr || !value->is_number() ? min - 1 : value->to_number<double>(error);
  if (!error && number >= min && number <= max) return number;
  add_mistake(fmt::format("\"{}\" must be a number from {} to {}", name, min, max));
  return min;
}

std::int64_t JsonFields::whole_number(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto* value = find(name);
  boost::system::error_code error;
  const auto number =
      value == nullptr || !value->is_number() ? min - 1 : value->to_number<std::int64_t>(error);
  if (!error && number >= min && number <= max) return number;
  add_mistake(fmt::format("\"{}\" must be a whole number from {} to {}", name, min, max));
  return min;
}

std::optional<ApiReply> JsonFields::error() const {
  if (mistakes_.empty()) return std::nullopt;
  return error_reply(400, body_code_.empty() ? "invalid_field" : body_code_, mistakes_);
}

std::optional<std::string_view> QueryFields::value(std::string_view name) const {
  std::string_view rest = query_;
  while (!rest.empty()) {
    const auto parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
    const auto equals = std::min(parameter.find('='), parameter.size());
    if (parameter.substr(0, equals) == name) return parameter.substr(std::min(parameter.size(), equals + 1));
  }
  return std::nullopt;
}

std::size_t QueryFields::whole_number(std::string_view name, std::size_t fallback, std::size_t min,
                                      std::size_t max) {
  const auto text = value(name);
  if (!text) return fallback;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc{} && end == text->data() + text->size() && number >= min && number <= max)
    return number;
  append_mistake(mistakes_, fmt::format("{} must be a whole number from {} to {}", name, min, max));
  return fallback;
}

std::string_view QueryFields::one_of(std::string_view name, std::initializer_list<std::string_view> choices) {
  const auto text = value(name);
  if (!text) return {};
  const auto* choice = std::find(choices.begin(), choices.end(), *text);
  if (choice != choices.end()) return *choice;
  append_mistake(mistakes_, fmt::format("{} must be one of {}", name, fmt::join(choices, ", ")));
  return {};
}

std::optional<ApiReply> QueryFields::error() const {
  if (mistakes_.empty()) return std::nullopt;
  return error_reply(400, "invalid_query", mistakes_);
}

}  // namespace soundcheck::reference_agent
