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
#include "protocols/core/text_template.hpp"
#include "protocols/websocket/negotiation.hpp"

namespace soundcheck::websocket {

struct UpgradeRequest {
  std::string path;
  std::string authority;
  std::vector<std::pair<std::string, core::TextTemplate>> headers{};
  std::vector<std::string> subprotocols{};  ///< offered, in order of preference; the target must take one
  std::optional<CompressionOffer> compression{};
};

class Upgrade {
 public:
  /// Draws the key from `random`. `variables` are those of the headers; the request outlives the upgrade.
  Upgrade(const UpgradeRequest& request, const core::Variables& variables, core::Random& random);
  ~Upgrade();

  const std::string& request_text() const { return text_; }

  enum class Progress : unsigned char { need_more, accepted, refused };
  /// Takes bytes of the answer from the front of `bytes`; what is left when accepted are the first frames.
  Progress feed(std::span<const char>& bytes);
  bool got_anything() const { return got_anything_; }

  /// What was agreed upon; once accepted.
  const std::optional<Compression>& compression() const { return compression_; }
  /// Why it was refused: stage upgrade, rate_limited for a 429, too_large for endless headers.
  const core::Failure& failure() const { return failure_; }

 private:
  class Answer;
  Progress judge();
  Progress refuse(core::Stage stage, std::string_view why);
  const UpgradeRequest& request_;
  std::string text_;
  std::string expected_accept_;
  std::unique_ptr<Answer> answer_;
  std::string pending_;
  bool got_anything_ = false;
  std::optional<Compression> compression_;
  core::Failure failure_;
};

/// Sec-WebSocket-Accept for a key (section 4.2.2).
std::string accept_for(std::string_view key);

}  // namespace soundcheck::websocket
