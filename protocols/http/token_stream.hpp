// The tokens of an answer that comes as Server-Sent Events: counts them, records when they came, and keeps
// their text. Belongs to one request of one user; shard's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/core/failure.hpp"
#include "protocols/http/connection.hpp"
#include "protocols/http/event_stream.hpp"

namespace soundcheck::http {

/// What a step knows of the stream that it asks for.
struct StreamRule {
  std::optional<std::string> token{};  ///< JSON Pointer into an event's data; absent: the data is the token
  std::optional<std::string> until{};  ///< the data of the event that ends the stream
};

class TokenStream final : public BodySink {
 public:
  /// All outlive it. Times are those of the exchange.
  TokenStream(const StreamRule& rule, const Exchange& exchange);

  bool take(std::string_view piece) override;

  /// Once a good answer has ended: records its speed, and what was wrong with it. Failure stage: check or
  /// too_large.
  std::optional<core::Failure> end(const Response& response);

  /// All tokens joined, up to Response::longest_kept_body.
  const std::string& text() const { return text_; }

 private:
  void take_event(const ServerEvent& event);
  void take_token(std::string_view token);

  const StreamRule& rule_;
  const Exchange& exchange_;
  EventStream events_;
  std::string text_;
  std::uint64_t tokens_ = 0;
  core::TimePoint first_;
  core::TimePoint last_;
  bool ended_ = false;  ///< by the event that ends it
  bool too_long_ = false;
};

}  // namespace soundcheck::http
