#include "tests/support/websocket_wire.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

namespace soundcheck::support {

std::optional<ClientFrame> decode_client_frame(std::string_view bytes, std::size_t keep) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) return std::nullopt;
  ClientFrame frame;
  frame.opcode = byte(0) & 0x0fU;
  frame.final = (byte(0) & 0x80U) != 0;
  frame.masked = (byte(1) & 0x80U) != 0;
  std::uint64_t length = byte(1) & 0x7fU;
  std::size_t at = 2;
  const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (bytes.size() < at + extended) return std::nullopt;
  if (extended != 0) length = 0;
  for (std::size_t i = 0; i < extended; ++i) length = length << 8 | byte(at++);
  const std::size_t mask_at = at;
  if (frame.masked) at += 4;
  if (bytes.size() < at || bytes.size() - at < length) return std::nullopt;
  frame.length = length;
  frame.payload = bytes.substr(at, std::min<std::size_t>(length, keep));
  if (frame.masked) {
    for (std::size_t i = 0; i < frame.payload.size(); ++i)
      frame.payload[i] = static_cast<char>(frame.payload[i] ^ bytes[mask_at + i % 4]);
  }
  frame.size = at + length;
  return frame;
}

std::string server_frame(unsigned opcode, std::string_view payload, bool final) {
  std::string out;
  out += static_cast<char>((final ? 0x80U : 0U) | opcode);
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else if (payload.size() < 65'536) {
    out += static_cast<char>(126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xff);
  } else {
    out += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift & 0xff);
  }
  out.append(payload);
  return out;
}

std::string server_close(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload.append(reason);
  return server_frame(8, payload);
}

std::string accepting_answer(std::string_view request, std::string_view headers) {
  constexpr std::string_view field = "Sec-WebSocket-Key: ";
  const std::size_t begin = request.find(field) + field.size();
  std::string key(request.substr(begin, request.find("\r\n", begin) - begin));
  key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest);
  unsigned char text[29];
  EVP_EncodeBlock(text, digest, sizeof digest);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Accept: " +
         std::string(reinterpret_cast<const char*>(text)) + "\r\n" + std::string(headers) + "\r\n";
}

}  // namespace soundcheck::support
