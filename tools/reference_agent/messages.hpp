// Reading the JSON text messages of clients, and the error message that both WebSocket channels send. Pure.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::reference_agent {

struct ClientMessage {
  std::string type;
  boost::json::object object;
};

/// Nothing unless the text is a JSON object with a string "type".
std::optional<ClientMessage> parse_message(std::string_view text);

std::optional<std::string_view> text_at(const boost::json::object& object, std::string_view key);
/// Nothing unless it is a whole number, not negative, of at most 32 bits.
std::optional<std::uint32_t> number_at(const boost::json::object& object, std::string_view key);

/// `{"type":"error","code":…,"message":…}`
std::string error_message(std::string_view code, std::string_view message);

}  // namespace soundcheck::reference_agent
