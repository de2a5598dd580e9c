// WebSocket framing (RFC 6455, section 5), client side: masked frames out, unmasked frames in, split
// anywhere. Pure; a reader belongs to one connection.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace soundcheck::websocket {

enum class Opcode : unsigned char { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Appends one final frame, masked with `mask` as section 5.3 asks of clients.
void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask);

/// The payload of a close frame.
std::string close_payload(std::uint16_t code, std::string_view reason);

/// A whole message or a control frame.
struct Incoming {
  Opcode opcode{};               ///< text, binary, close, ping or pong
  std::string_view payload;      ///< valid until the next call of FrameReader::next
  std::uint16_t close_code = 0;  ///< close only; 1005 if the peer gave none
};

class FrameReader {
 public:
  explicit FrameReader(std::size_t longest_message) : longest_message_(longest_message) {}

  /// Takes bytes from the front of `bytes` until a message or control frame is complete. Nothing: all bytes
  /// were taken and more are needed, or broken() says that the peer broke the protocol.
  std::optional<Incoming> next(std::span<const char>& bytes);
  bool broken() const { return !problem_.empty(); }
  const std::string& problem() const { return problem_; }

 private:
  bool read_header(std::span<const char>& bytes);
  std::optional<Incoming> finish_frame(std::string_view payload);
  std::optional<Incoming> fail(std::string_view problem);

  std::size_t longest_message_;
  std::string problem_;
  unsigned char header_[10] = {};
  std::size_t header_size_ = 0;  ///< bytes of the header that have come
  bool in_payload_ = false;
  bool final_ = false;
  Opcode opcode_{};
  std::uint64_t payload_left_ = 0;
  std::string frame_;              ///< payload of a frame that came in pieces
  std::optional<Opcode> message_;  ///< opcode of the fragmented message in progress
  std::string fragments_;          ///< its payload so far
  std::string delivered_;          ///< keeps what the last Incoming points to
};

/// Strict UTF-8 (RFC 3629), as text messages must be.
bool valid_utf8(std::string_view text);

}  // namespace soundcheck::websocket
