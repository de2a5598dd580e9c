// The opening handshake (RFC 6455, section 4), client side: the request's text and the judgement of the
// answer. Pure; belongs to one connection.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/failure.hpp"
#include "protocols/core/random.hpp"

namespace soundcheck::websocket {

struct UpgradeRequest {
  std::string path;
  std::string authority;
  std::vector<std::pair<std::string, std::string>> headers;
};

class Upgrade {
 public:
  /// Draws the key from `random`.
  Upgrade(const UpgradeRequest& request, core::Random& random);
  ~Upgrade();

  const std::string& request_text() const { return text_; }

  enum class Progress : unsigned char { need_more, accepted, refused };
  /// Takes bytes of the answer from the front of `bytes`; what is left when accepted are the first frames.
  Progress feed(std::span<const char>& bytes);
  bool got_anything() const { return got_anything_; }

  /// Why it was refused: stage upgrade, or rate_limited for a 429.
  const core::Failure& failure() const { return failure_; }

 private:
  class Answer;
  Progress judge();
  std::string path_;
  std::string text_;
  std::string expected_accept_;
  std::unique_ptr<Answer> answer_;
  std::string pending_;
  bool got_anything_ = false;
  core::Failure failure_;
};

/// Sec-WebSocket-Accept for a key (section 4.2.2).
std::string accept_for(std::string_view key);

}  // namespace soundcheck::websocket
