// The server's half of WebSocket framing, for peers in tests: unmasked frames out, masked frames in. Written
// apart from the code under test, so that a shared mistake cannot hide. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::support {

struct ClientFrame {
  unsigned opcode = 0;
  bool final = false;
  bool masked = false;
  std::string payload;     ///< at most as much as was asked for
  std::size_t length = 0;  ///< of the whole payload
  std::size_t size = 0;    ///< bytes on the wire
};

/// The frame at the front of `bytes`, if it is complete. Of its payload, `keep` bytes are decoded.
std::optional<ClientFrame> decode_client_frame(std::string_view bytes, std::size_t keep = std::string::npos);

/// One unmasked frame.
std::string server_frame(unsigned opcode, std::string_view payload, bool final = true);
std::string server_close(std::uint16_t code, std::string_view reason = {});

/// The answer that accepts this upgrade request, with further header lines.
std::string accepting_answer(std::string_view request, std::string_view headers = {});

}  // namespace soundcheck::support
