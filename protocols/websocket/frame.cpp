#include "protocols/websocket/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace soundcheck::websocket {

namespace {

constexpr std::size_t longest_control_payload = 125;
constexpr std::uint16_t no_close_code = 1005;

bool is_control(Opcode opcode) { return (static_cast<unsigned>(opcode) & 8U) != 0; }

bool known(unsigned opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

/// Codes that may stand in a close frame (section 7.4).
bool valid_close_code(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

/// A connection that has had one large message must not keep room for another for ever.
void release(std::string& buffer) {
  constexpr std::size_t kept = 1024;
  if (buffer.capacity() > kept) {
    std::string().swap(buffer);
  } else {
    buffer.clear();
  }
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask,
                  FrameBits bits) {
  const std::size_t size = payload.size();
  char header[14];
  std::size_t n = 0;
  header[n++] = static_cast<char>((bits.final ? 0x80U : 0U) | (bits.compressed ? 0x40U : 0U) |
                                  static_cast<unsigned>(opcode));
  if (size < 126) {
    header[n++] = static_cast<char>(0x80U | size);
  } else if (size <= 0xffff) {
    header[n++] = static_cast<char>(0x80U | 126U);
    header[n++] = static_cast<char>(size >> 8);
    header[n++] = static_cast<char>(size);
  } else {
    header[n++] = static_cast<char>(0x80U | 127U);
    for (int shift = 56; shift >= 0; shift -= 8)
      header[n++] = static_cast<char>(static_cast<std::uint64_t>(size) >> shift);
  }
  std::memcpy(header + n, &mask, sizeof mask);
  n += sizeof mask;
  const std::size_t begin = out.size() + n;
  out.append(header, n);
  out.append(payload);
  char* data = out.data() + begin;
  std::uint64_t wide = 0;
  std::memcpy(&wide, &mask, sizeof mask);
  wide |= wide << 32;
  std::size_t i = 0;
  for (; i + sizeof wide <= size; i += sizeof wide) {
    std::uint64_t block = 0;
    std::memcpy(&block, data + i, sizeof block);
    block ^= wide;
    std::memcpy(data + i, &block, sizeof block);
  }
  const char* key = reinterpret_cast<const char*>(&mask);
  for (; i < size; ++i) data[i] = static_cast<char>(data[i] ^ key[i % 4]);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload.append(reason.substr(0, longest_control_payload - 2));
  return payload;
}

std::optional<Incoming> FrameReader::fail(std::string_view problem) {
  breach_ = Breach{std::string(problem)};
  return std::nullopt;
}

std::optional<Incoming> FrameReader::fail_content(std::string_view problem) {
  breach_ = Breach{std::string(problem), core::Stage::protocol, 1007};
  return std::nullopt;
}

std::optional<Incoming> FrameReader::too_large() {
  breach_ = Breach{fmt::format("a message is longer than max_message, {} bytes", longest_message_),
                   core::Stage::too_large, 1009};
  return std::nullopt;
}

bool FrameReader::read_header(std::span<const char>& bytes) {
  auto need = [&](std::size_t size) {
    const std::size_t take = std::min(size - std::min(size, header_size_), bytes.size());
    std::memcpy(header_ + header_size_, bytes.data(), take);
    header_size_ += take;
    bytes = bytes.subspan(take);
    return header_size_ >= size;
  };
  if (!need(2)) return false;
  const unsigned length = header_[1] & 0x7fU;
  const std::size_t header_length = length < 126 ? 2 : length == 126 ? 4 : 10;
  if (!need(header_length)) return false;

  const unsigned code = header_[0] & 0x0fU;
  const bool first_reserved = (header_[0] & 0x40U) != 0;
  final_ = (header_[0] & 0x80U) != 0;
  payload_left_ = length;
  if (length >= 126) {
    payload_left_ = 0;
    for (std::size_t i = 2; i < header_length; ++i) payload_left_ = payload_left_ << 8 | header_[i];
  }
  header_size_ = 0;
  if (length == 127 && payload_left_ >> 63 != 0) return fail("a length has its highest bit set"), false;
  if ((length == 126 && payload_left_ < 126) || (length == 127 && payload_left_ <= 0xffff))
    return fail("a length is longer than it has to be"), false;
  if ((header_[0] & 0x30U) != 0 || (first_reserved && !inflater_))
    return fail("a reserved bit is set without an extension"), false;
  if (!known(code)) return fail("unknown opcode"), false;
  if ((header_[1] & 0x80U) != 0) return fail("a server frame is masked"), false;
  opcode_ = static_cast<Opcode>(code);
  if (is_control(opcode_)) {
    if (first_reserved) return fail("a control frame is marked as compressed"), false;
    if (!final_) return fail("a control frame is fragmented"), false;
    if (payload_left_ > longest_control_payload) return fail("a control frame is too long"), false;
  } else {
    if (opcode_ == Opcode::continuation && !message_) return fail("a continuation without a message"), false;
    if (opcode_ != Opcode::continuation && message_)
      return fail("a new message inside a fragmented one"), false;
    if (opcode_ == Opcode::continuation && first_reserved)
      return fail("a continuation is marked as compressed"), false;
    if (!message_) {
      message_ = opcode_;
      compressed_ = first_reserved;
    }
    // What cannot be compressed grows a little.
    const std::size_t longest =
        compressed_ ? longest_message_ + longest_message_ / 1024 + 64 : longest_message_;
    if (payload_left_ > longest || fragments_.size() + payload_left_ > longest) return too_large(), false;
  }
  in_payload_ = true;
  return true;
}

std::optional<Incoming> FrameReader::finish_control(std::string_view payload) {
  if (opcode_ != Opcode::close) return Incoming{opcode_, payload};
  if (payload.size() == 1) return fail("a close frame with one byte");
  std::uint16_t code = no_close_code;
  if (payload.size() >= 2) {
    code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
    if (!valid_close_code(code)) return fail("an invalid close code");
    payload.remove_prefix(2);
    if (!valid_utf8(payload)) return fail_content("a close reason that is not UTF-8");
  }
  return Incoming{opcode_, payload, code};
}

std::optional<Incoming> FrameReader::finish_message(std::string_view payload) {
  const Opcode opcode = *message_;
  message_.reset();
  if (compressed_) {
    std::string plain;
    switch (inflater_->inflate(payload, longest_message_, plain)) {
      case Inflater::Result::ok:
        break;
      case Inflater::Result::broken:
        return fail_content("a compressed message that cannot be inflated");
      case Inflater::Result::too_large:
        return too_large();
    }
    delivered_ = std::move(plain);
    payload = delivered_;
  }
  if (opcode == Opcode::text && !valid_utf8(payload)) return fail_content("a text message that is not UTF-8");
  return Incoming{opcode, payload};
}

std::optional<Incoming> FrameReader::finish_frame(std::string_view payload) {
  in_payload_ = false;
  if (is_control(opcode_)) return finish_control(payload);
  if (final_ && fragments_.empty()) return finish_message(payload);
  fragments_.append(payload);
  if (!final_) return std::nullopt;
  delivered_ = std::exchange(fragments_, {});
  return finish_message(delivered_);
}

std::optional<Incoming> FrameReader::next(std::span<const char>& bytes) {
  if (!in_payload_) {
    // What the last Incoming pointed to.
    release(frame_);
    release(delivered_);
  }
  while (!broken()) {
    if (!in_payload_ && !read_header(bytes)) return std::nullopt;
    const std::size_t take = static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
    const std::string_view piece(bytes.data(), take);
    bytes = bytes.subspan(take);
    payload_left_ -= take;
    if (payload_left_ > 0) {
      frame_.append(piece);
      return std::nullopt;
    }
    std::optional<Incoming> incoming;
    if (frame_.empty()) {
      incoming = finish_frame(piece);
    } else {
      frame_.append(piece);
      incoming = finish_frame(frame_);
    }
    if (incoming) return incoming;
    release(frame_);
  }
  return std::nullopt;
}

bool valid_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = p + text.size();
  while (p < end) {
    if (*p < 0x80) {
      ++p;
      continue;
    }
    int following = 0;
    unsigned lowest = 0;
    unsigned code = 0;
    if ((*p & 0xe0) == 0xc0) {
      following = 1, lowest = 0x80, code = *p & 0x1fU;
    } else if ((*p & 0xf0) == 0xe0) {
      following = 2, lowest = 0x800, code = *p & 0x0fU;
    } else if ((*p & 0xf8) == 0xf0) {
      following = 3, lowest = 0x10000, code = *p & 0x07U;
    } else {
      return false;
    }
    if (end - p <= following) return false;
    for (int i = 1; i <= following; ++i) {
      if ((p[i] & 0xc0) != 0x80) return false;
      code = code << 6 | (p[i] & 0x3fU);
    }
    if (code < lowest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
    p += following + 1;
  }
  return true;
}

}  // namespace soundcheck::websocket
