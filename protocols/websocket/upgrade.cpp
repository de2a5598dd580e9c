#include "protocols/websocket/upgrade.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstring>

namespace soundcheck::websocket {

namespace {

namespace beast_http = boost::beast::http;

std::string base64(const unsigned char* data, std::size_t size) {
  std::string out(4 * ((size + 2) / 3) + 1, '\0');
  const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), data, static_cast<int>(size));
  out.resize(static_cast<std::size_t>(n));
  return out;
}

}  // namespace

std::string accept_for(std::string_view key) {
  std::string joined(key);
  joined += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(joined.data()), joined.size(), digest);
  return base64(digest, sizeof digest);
}

class Upgrade::Answer : public beast_http::response_parser<beast_http::empty_body> {
 public:
  Answer() {
    // Only the header is read: a body behind a refusal, or the frames behind an acceptance, are not the
    // parser's.
    skip(true);
    header_limit(64 * 1024);
  }
};

Upgrade::Upgrade(const UpgradeRequest& request, core::Random& random)
    : path_(request.path), answer_(std::make_unique<Answer>()) {
  unsigned char nonce[16];
  for (std::size_t i = 0; i < sizeof nonce; i += 8) {
    const std::uint64_t word = random.next();
    std::memcpy(nonce + i, &word, sizeof word);
  }
  const std::string key = base64(nonce, sizeof nonce);
  expected_accept_ = accept_for(key);
  text_ = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: soundcheck/0.1\r\nUpgrade: websocket\r\nConnection: "
      "Upgrade\r\n"
      "Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n",
      request.path, request.authority, key);
  for (const auto& [name, value] : request.headers) text_ += fmt::format("{}: {}\r\n", name, value);
  text_ += "\r\n";
}

Upgrade::~Upgrade() = default;

Upgrade::Progress Upgrade::feed(std::span<const char>& bytes) {
  got_anything_ = got_anything_ || !bytes.empty();
  const std::size_t before = pending_.size();
  pending_.append(bytes.data(), bytes.size());
  boost::beast::error_code error;
  std::size_t used = 0;
  // put() stops after the status line and each complete part of the header; offer the rest again.
  while (!answer_->is_header_done() && used < pending_.size()) {
    const std::size_t n =
        answer_->put(boost::asio::const_buffer(pending_.data() + used, pending_.size() - used), error);
    used += n;
    if (error == beast_http::error::need_more) break;
    if (error) {
      failure_ = {core::Stage::upgrade, 0,
                  fmt::format("upgrade of {}: the answer is not HTTP ({})", path_, error.message())};
      return Progress::refused;
    }
    if (n == 0) break;
  }
  if (!answer_->is_header_done()) {
    pending_.erase(0, used);
    bytes = bytes.subspan(bytes.size());
    return Progress::need_more;
  }
  bytes = bytes.subspan(used > before ? used - before : 0);
  pending_.clear();
  return judge();
}

Upgrade::Progress Upgrade::judge() {
  const auto& response = answer_->get();
  const unsigned status = response.result_int();
  if (status == 429) {
    failure_ = {core::Stage::rate_limited, 0, fmt::format("upgrade of {}: 429 Too Many Requests", path_)};
    return Progress::refused;
  }
  if (status != 101) {
    failure_ = {core::Stage::upgrade, 0,
                fmt::format("upgrade of {}: status {}, expected 101", path_, status)};
    return Progress::refused;
  }
  const bool upgrade = beast_http::token_list{response[beast_http::field::upgrade]}.exists("websocket") &&
                       beast_http::token_list{response[beast_http::field::connection]}.exists("upgrade");
  if (!upgrade || response[beast_http::field::sec_websocket_accept] != expected_accept_) {
    failure_ = {
        core::Stage::upgrade, 0,
        fmt::format("upgrade of {}: the answer's Upgrade, Connection or Sec-WebSocket-Accept is wrong",
                    path_)};
    return Progress::refused;
  }
  return Progress::accepted;
}

}  // namespace soundcheck::websocket
