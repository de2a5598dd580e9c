// WebSocket framing (RFC 6455, section 5), client side: masked frames out, unmasked frames in, split
// anywhere. Pure; a reader belongs to one connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocols/core/failure.hpp"
#include "protocols/websocket/deflate.hpp"

namespace soundcheck::websocket {

enum class Opcode : unsigned char { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// What the first byte of a frame says beside its opcode.
struct FrameBits {
  bool final = true;
  bool compressed = false;  ///< RSV1 of a message's first frame (RFC 7692, section 6)
};

/// Appends one frame, masked with `mask` as section 5.3 asks of clients.
void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask,
                  FrameBits bits = {});

/// The payload of a close frame.
std::string close_payload(std::uint16_t code, std::string_view reason);

/// A whole message or a control frame.
struct Incoming {
  Opcode opcode{};               ///< text, binary, close, ping or pong
  std::string_view payload;      ///< valid until the next call of FrameReader::next
  std::uint16_t close_code = 0;  ///< close only; 1005 if the peer gave none
};

/// How the peer broke the protocol, and what to tell it.
struct Breach {
  std::string text;
  core::Stage stage = core::Stage::protocol;
  std::uint16_t close_code = 1002;
};

/// Between messages it holds no memory beyond itself.
class FrameReader {
 public:
  explicit FrameReader(std::size_t longest_message) : longest_message_(longest_message) {}

  /// From now on messages may come compressed.
  void inflate_with(const Compression& agreed) { inflater_ = std::make_unique<Inflater>(agreed); }

  /// Takes bytes from the front of `bytes` until a message or control frame is complete. Nothing: all bytes
  /// were taken and more are needed, or broken() says that the peer broke the protocol.
  std::optional<Incoming> next(std::span<const char>& bytes);
  bool broken() const { return breach_.has_value(); }
  const std::optional<Breach>& breach() const { return breach_; }

 private:
  bool read_header(std::span<const char>& bytes);
  std::optional<Incoming> finish_frame(std::string_view payload);
  std::optional<Incoming> finish_control(std::string_view payload);
  std::optional<Incoming> finish_message(std::string_view payload);
  std::optional<Incoming> fail(std::string_view problem);
  std::optional<Incoming> fail_content(std::string_view problem);
  std::optional<Incoming> too_large();

  std::size_t longest_message_;
  std::unique_ptr<Inflater> inflater_;
  std::optional<Breach> breach_;
  unsigned char header_[10] = {};
  std::size_t header_size_ = 0;  ///< bytes of the header that have come
  bool in_payload_ = false;
  bool final_ = false;
  bool compressed_ = false;  ///< the message in progress
  Opcode opcode_{};
  std::uint64_t payload_left_ = 0;
  std::string frame_;              ///< payload of a frame that came in pieces
  std::optional<Opcode> message_;  ///< opcode of the message in progress
  std::string fragments_;          ///< its payload so far
  std::string delivered_;          ///< keeps what the last Incoming points to
};

/// Strict UTF-8 (RFC 3629), as text messages must be.
bool valid_utf8(std::string_view text);

}  // namespace soundcheck::websocket
