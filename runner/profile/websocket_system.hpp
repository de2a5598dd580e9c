// What is done on an event channel: how it is opened, and the conversation on it. Filled by the loader,
// constant from then on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/backoff.hpp"
#include "runner/profile/api_system.hpp"
#include "runner/profile/values.hpp"

namespace soundcheck::profile {

struct MessageMatch {
  std::optional<std::string> contains;
  std::vector<JsonCheck> json;
  std::optional<bool> binary;         ///< true: only binary messages; false: only text
  std::optional<std::uint64_t> size;  ///< bytes
};

/// What a binary message holds: these bytes, or so many random ones.
struct BinaryContent {
  std::string bytes;
  std::uint64_t random_size = 0;
};

struct ExchangeStep {
  enum class Kind : unsigned char { send, expect, wait, set };
  Kind kind{};
  std::string text;                     ///< send: the text message, may hold {{variables}}
  bool json = false;                    ///< send: it was written as a map or list
  std::optional<BinaryContent> binary;  ///< send: a binary message instead
  MessageMatch match;   ///< expect: the first message that matches ends the step, others are passed over
  Duration duration{};  ///< expect: deadline (within); wait: how long
  std::vector<Extract> extract;  ///< expect: kept of the message that matches
  Assignments set;               ///< set: names of variables to templates
};

struct WebSocketSystem {
  std::string path;
  Headers headers;
  std::vector<std::string> subprotocols;  ///< offered; the target must take one of them
  bool compression = false;               ///< permessage-deflate is offered
  bool compression_context = false;       ///< kept between messages
  std::uint32_t compression_window = 15;  ///< bits
  std::uint64_t max_message = 0;          ///< bytes
  std::uint64_t fragment = 0;             ///< bytes of an outgoing frame at most; 0: whole messages
  Duration connect_timeout{};             ///< from dial to the accepted upgrade
  Duration ping_interval{};
  Duration pong_timeout{};
  Duration exchange_interval{};  ///< from the intended start of one exchange to that of the next
  std::vector<ExchangeStep> exchange;
  Duration hold{};          ///< how long a connection stays open; then it is closed and opened again
  core::Backoff reconnect;  ///< between a lost, refused or closed connection and the next dial
  bool abrupt_hang_up = false;
  double half_open = 0;     ///< share of the users
  double slow_readers = 0;  ///< share of the others
  double read_rate = 0;     ///< bytes a second of a slow reader; 0: there are none
};

}  // namespace soundcheck::profile
