// What client and target agree upon when a WebSocket is opened: the extension permessage-deflate (RFC 7692,
// section 7.1) and a subprotocol (RFC 6455, section 1.9). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/websocket/deflate.hpp"

namespace soundcheck::websocket {

/// How messages may be compressed, if the target agrees.
struct CompressionOffer {
  bool keep_context = false;  ///< between messages, on both sides
  int window_bits = 15;       ///< 9 to 15, for both sides
};

/// The value of Sec-WebSocket-Extensions that offers it.
std::string offer_text(const CompressionOffer& offer);

/// What the target's Sec-WebSocket-Extensions (empty: there is none) makes of the offer: an agreement, none,
/// or the text of what is wrong with the answer.
std::variant<std::optional<Compression>, std::string> agree(const std::optional<CompressionOffer>& offer,
                                                            std::string_view answer);

/// What is wrong with the target's Sec-WebSocket-Protocol (empty: there is none), or nothing. Whoever offers
/// subprotocols cannot go on without one of them.
std::optional<std::string> wrong_subprotocol(const std::vector<std::string>& offered,
                                             std::string_view answer);

/// A text of the target for a message of ours: without control characters, and short.
std::string shown(std::string_view text);

}  // namespace soundcheck::websocket
