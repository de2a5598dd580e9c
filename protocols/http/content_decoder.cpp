#include "protocols/http/content_decoder.hpp"

#include <brotli/decode.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

#include "protocols/http/ascii.hpp"
#include "protocols/http/response.hpp"

namespace soundcheck::http {

namespace {

using core::Failure;
using core::Stage;
using Decoded = std::variant<std::string, Failure>;

/// Takes what comes out, piece by piece, so that a bomb never costs more memory than what is kept.
class Output {
 public:
  explicit Output(std::uint64_t limit) : limit_(limit) {}
  std::array<unsigned char, 32 * 1024> piece;
  /// False once there is too much.
  bool take(std::size_t n) {
    size_ += n;
    text.append(reinterpret_cast<const char*>(piece.data()),
                std::min(n, Response::longest_kept_body - text.size()));
    return size_ <= limit_;
  }
  Failure too_large() const {
    return {Stage::too_large, 0, fmt::format("the decompressed body is longer than {} bytes", limit_)};
  }
  std::string text;

 private:
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
};

Failure broken(std::string_view encoding) {
  return {Stage::protocol, 0, fmt::format("the body is not valid {}", encoding)};
}

/// `window_bits` chooses the format as inflateInit2 does.
Decoded inflate_all(std::string_view name, int window_bits, const std::string& body, bool cut,
                    std::uint64_t max_body) {
  z_stream stream{};
  if (::inflateInit2(&stream, window_bits) != Z_OK) return broken(name);
  const std::unique_ptr<z_stream, decltype(&::inflateEnd)> owner(&stream, &::inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  Output out(max_body);
  for (;;) {
    stream.next_out = out.piece.data();
    stream.avail_out = static_cast<uInt>(out.piece.size());
    const int result = ::inflate(&stream, Z_NO_FLUSH);
    if (!out.take(out.piece.size() - stream.avail_out)) return out.too_large();
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return std::move(out.text);
      // A gzip body may have several members (RFC 1952, 2.2).
      if (window_bits <= 15 || ::inflateReset(&stream) != Z_OK) return broken(name);
      continue;
    }
    if (result != Z_OK && result != Z_BUF_ERROR) return broken(name);
    if (stream.avail_out != 0 && stream.avail_in == 0) {
      if (cut) return std::move(out.text);
      return broken(name);
    }
  }
}

Decoded inflate_deflate(const std::string& body, bool cut, std::uint64_t max_body) {
  // "deflate" is zlib's format (RFC 9110, 8.4.1.2), but some servers send it without zlib's header.
  constexpr int zlib_format = 15;
  constexpr int raw_format = -15;
  const bool zlib =
      body.size() >= 2 && (static_cast<unsigned char>(body[0]) & 0x0f) == 8 &&
      (static_cast<unsigned char>(body[0]) * 256 + static_cast<unsigned char>(body[1])) % 31 == 0;
  return inflate_all("deflate", zlib ? zlib_format : raw_format, body, cut, max_body);
}

Decoded decode_brotli(const std::string& body, bool cut, std::uint64_t max_body) {
  const std::unique_ptr<BrotliDecoderState, decltype(&::BrotliDecoderDestroyInstance)> state(
      ::BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), &::BrotliDecoderDestroyInstance);
  std::size_t left = body.size();
  const auto* next = reinterpret_cast<const std::uint8_t*>(body.data());
  Output out(max_body);
  for (;;) {
    std::size_t room = out.piece.size();
    std::uint8_t* into = out.piece.data();
    const auto result = ::BrotliDecoderDecompressStream(state.get(), &left, &next, &room, &into, nullptr);
    if (!out.take(out.piece.size() - room)) return out.too_large();
    if (result == BROTLI_DECODER_RESULT_SUCCESS && left == 0) return std::move(out.text);
    if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) continue;
    if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT && cut) return std::move(out.text);
    return broken("br");
  }
}

Decoded decode_one(std::string_view coding, std::string body, bool cut, std::uint64_t max_body) {
  constexpr int gzip_format = 15 + 16;
  if (coding.empty() || same_letters(coding, "identity")) return body;
  if (same_letters(coding, "gzip") || same_letters(coding, "x-gzip"))
    return inflate_all("gzip", gzip_format, body, cut, max_body);
  if (same_letters(coding, "deflate")) return inflate_deflate(body, cut, max_body);
  if (same_letters(coding, "br")) return decode_brotli(body, cut, max_body);
  return Failure{
      Stage::check, 0,
      fmt::format("the body has the encoding '{}', which cannot be decoded (gzip, deflate and br can)",
                  coding.substr(0, 40))};
}

}  // namespace

Decoded decode_content(std::string_view encoding, std::string body, bool cut, std::uint64_t max_body) {
  // The last coding was applied last, so it goes first.
  while (!encoding.empty()) {
    const std::size_t comma = encoding.rfind(',');
    const std::string_view coding = trimmed(comma == encoding.npos ? encoding : encoding.substr(comma + 1));
    encoding = encoding.substr(0, comma == encoding.npos ? 0 : comma);
    Decoded decoded = decode_one(coding, std::move(body), cut, max_body);
    if (std::holds_alternative<Failure>(decoded)) return decoded;
    body = std::move(std::get<std::string>(decoded));
    cut = cut || body.size() == Response::longest_kept_body;
  }
  return body;
}

}  // namespace soundcheck::http
