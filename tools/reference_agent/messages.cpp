#include "tools/reference_agent/messages.hpp"

namespace soundcheck::reference_agent {

std::optional<ClientMessage> parse_message(std::string_view text) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto type = text_at(value.get_object(), "type");
  if (!type) return std::nullopt;
  std::string type_text(*type);
  return ClientMessage{std::move(type_text), std::move(value.get_object())};
}

std::optional<std::string_view> text_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

std::optional<std::uint32_t> number_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<std::uint32_t>(error);
  if (error) return std::nullopt;
  return number;
}

std::string error_message(std::string_view code, std::string_view message) {
  return boost::json::serialize(boost::json::object{{"type", "error"}, {"code", code}, {"message", message}});
}

}  // namespace soundcheck::reference_agent
