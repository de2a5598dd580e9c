// The conversation that a WebSocket user repeats: what it sends, what it waits for. Pure; immutable and
// shared between shards once the plan is made.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/core/json.hpp"
#include "protocols/core/random.hpp"
#include "protocols/core/text_template.hpp"
#include "protocols/core/time.hpp"
#include "protocols/websocket/frame.hpp"

namespace soundcheck::websocket {

struct ExchangeStep {
  enum class Kind : unsigned char { send, expect, wait, set };
  Kind kind{};
  core::TextTemplate text;                      ///< send: a text message
  core::ContentMatch match;                     ///< expect
  core::Duration duration{};                    ///< expect: time limit; wait: how long
  std::string label;                            ///< for messages: 'expect {"type":"echo"}'
  Opcode opcode = Opcode::text;                 ///< send: text or binary
  std::string bytes{};                          ///< send: a binary message
  std::size_t random_size = 0;                  ///< send: so many random bytes instead
  std::optional<Opcode> of_kind{};              ///< expect: only text, or only binary
  std::optional<std::size_t> of_size{};         ///< expect: only messages of so many bytes
  std::vector<core::JsonExtraction> extract{};  ///< expect: kept of the message that matches
  std::vector<std::pair<core::Slot, core::TextTemplate>> values{};  ///< set

  /// Whether a message is what this expect waits for.
  bool matches(Opcode kind_of_message, std::string_view payload, const core::Variables& variables) const;
};

class Script {
 public:
  Script() = default;
  Script(std::vector<ExchangeStep> steps) : steps_(std::move(steps)) {}
  Script(std::initializer_list<ExchangeStep> steps) : Script(std::vector<ExchangeStep>(steps)) {}

  bool empty() const { return steps_.empty(); }
  auto begin() const { return steps_.begin(); }
  auto end() const { return steps_.end(); }
  ExchangeStep& operator[](std::size_t i) { return steps_[i]; }

 private:
  std::vector<ExchangeStep> steps_;
};

/// Appends `size` random bytes: what no compression makes smaller.
void append_random(std::string& out, std::size_t size, core::Random& random);

}  // namespace soundcheck::websocket
