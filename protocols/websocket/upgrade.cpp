#include "protocols/websocket/upgrade.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
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

Upgrade::Upgrade(const UpgradeRequest& request, const core::Variables& variables, core::Random& random)
    : request_(request), answer_(std::make_unique<Answer>()) {
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
  if (!request.subprotocols.empty())
    text_ += fmt::format("Sec-WebSocket-Protocol: {}\r\n", fmt::join(request.subprotocols, ", "));
  if (request.compression)
    text_ += fmt::format("Sec-WebSocket-Extensions: {}\r\n", offer_text(*request.compression));
  for (const auto& [name, value] : request.headers) {
    text_ += name + ": ";
    value.render(variables, text_);
    text_ += "\r\n";
  }
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
      if (error == beast_http::error::header_limit)
        return refuse(core::Stage::too_large, "the answer's headers are longer than 64 KiB");
      return refuse(core::Stage::upgrade, fmt::format("the answer is not HTTP ({})", error.message()));
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

Upgrade::Progress Upgrade::refuse(core::Stage stage, std::string_view why) {
  failure_ = {stage, 0, fmt::format("upgrade of {}: {}", request_.path, why)};
  return Progress::refused;
}

Upgrade::Progress Upgrade::judge() {
  using beast_http::field;
  using core::Stage;
  const auto& response = answer_->get();
  const auto text_of = [&](field name) {
    const auto value = response[name];
    return std::string_view(value.data(), value.size());
  };
  const unsigned status = response.result_int();
  if (status == 429) return refuse(Stage::rate_limited, "429 Too Many Requests");
  if (status != 101) {
    const auto reason = response.reason();
    const std::string said = reason.empty() ? "" : " " + shown({reason.data(), reason.size()});
    return refuse(Stage::upgrade, fmt::format("status {}{}, expected 101", status, said));
  }
  if (!beast_http::token_list{response[field::upgrade]}.exists("websocket"))
    return refuse(Stage::upgrade, "the answer has no header 'Upgrade: websocket'");
  if (!beast_http::token_list{response[field::connection]}.exists("upgrade"))
    return refuse(Stage::upgrade, "the answer has no header 'Connection: Upgrade'");
  if (text_of(field::sec_websocket_accept) != expected_accept_)
    return refuse(Stage::upgrade, "the answer's Sec-WebSocket-Accept is wrong: it does not fit our key");
  if (const auto wrong = wrong_subprotocol(request_.subprotocols, text_of(field::sec_websocket_protocol)))
    return refuse(Stage::upgrade, *wrong);
  auto agreed = agree(request_.compression, text_of(field::sec_websocket_extensions));
  if (const auto* wrong = std::get_if<std::string>(&agreed)) return refuse(Stage::upgrade, *wrong);
  compression_ = std::get<0>(agreed);
  return Progress::accepted;
}

}  // namespace soundcheck::websocket
