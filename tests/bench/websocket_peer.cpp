#include "tests/bench/websocket_peer.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

namespace soundcheck::bench {

namespace {

/// RFC 6455, section 4.2.2.
std::string accept_for(std::string_view key) {
  const std::string joined = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(joined.data()), joined.size(), digest.data());
  std::array<unsigned char, 32> text{};
  const int size = EVP_EncodeBlock(text.data(), digest.data(), digest.size());
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  out += static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else {
    out += {static_cast<char>(126), static_cast<char>(payload.size() >> 8),
            static_cast<char>(payload.size() & 0xff)};
  }
  out += payload;
}

bool WebSocketPeer::on_bytes(std::string_view bytes, std::string& out) {
  if (!rest_.empty()) {
    rest_ += bytes;
    bytes = rest_;
  }
  while (open_ && !bytes.empty()) {
    const std::size_t used = upgraded_ ? take_frame(bytes, out) : upgrade(bytes, out);
    if (used == 0) break;
    bytes.remove_prefix(used);
  }
  // `bytes` may point into rest_: a copy, then.
  rest_ = std::string(bytes);
  return open_;
}

std::size_t WebSocketPeer::upgrade(std::string_view in, std::string& out) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  if (in.starts_with("GET /health ")) {
    out += "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    return end + 4;
  }
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  const std::size_t key = in.find(name) + name.size();
  out += fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n\r\n",
      accept_for(in.substr(key, in.find("\r\n", key) - key)));
  upgraded_ = true;
  on_open();
  return end + 4;
}

std::size_t WebSocketPeer::take_frame(std::string_view in, std::string& out) {
  // A client's frames are masked; those of our generators are shorter than 64 KiB.
  if (in.size() < 2) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(in[i]); };
  std::size_t header = 6;
  std::size_t size = byte(1) & 0x7fU;
  if (size == 126) {
    if (in.size() < 4) return 0;
    size = byte(2) * 256U + byte(3);
    header = 8;
  }
  if (in.size() < header + size) return 0;
  static thread_local std::string payload;
  payload.assign(in.substr(header, size));
  const std::string_view mask = in.substr(header - 4, 4);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  switch (static_cast<Opcode>(byte(0) & 0x0fU)) {
    case Opcode::text:
    case Opcode::binary:
      on_message(static_cast<Opcode>(byte(0) & 0x0fU), payload, out);
      break;
    case Opcode::ping:
      append_frame(out, Opcode::pong, payload);
      break;
    case Opcode::close:
      append_frame(out, Opcode::close, std::string_view(payload).substr(0, 2));
      open_ = false;
      break;
    case Opcode::pong:
      break;
  }
  return header + size;
}

}  // namespace soundcheck::bench
