// What is done on an event channel: how it is opened, and the conversation on it. Filled by the loader,
// constant from then on.
#pragma once

#include <optional>
#include <string>
#include <vector>
#include "runner/profile/values.hpp"

namespace soundcheck::profile {

struct MessageMatch {
  std::optional<std::string> contains;
  std::vector<JsonCheck> json;
};

struct ExchangeStep {
  enum class Kind : unsigned char { send, expect, wait };
  Kind kind{};
  std::string text;     ///< send: the text message, may hold {{variables}}
  MessageMatch match;   ///< expect: the first message that matches ends the step, others are passed over
  Duration duration{};  ///< expect: deadline (within); wait: how long
};

struct WebSocketSystem {
  std::string path;
  Headers headers;
  Duration connect_timeout{};  ///< from dial to the accepted upgrade
  Duration ping_interval{};
  Duration exchange_interval{};  ///< from the intended start of one exchange to that of the next
  std::vector<ExchangeStep> exchange;
  Duration hold{};             ///< how long a connection stays open; then it is closed and opened again
  Duration reconnect_delay{};  ///< between a lost or refused connection and the next dial
};

}  // namespace soundcheck::profile
