#include <chrono>

#include "runner/profile/declarations.hpp"
#include "runner/profile/match_keys.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

Object<MessageMatch> message_match() {
  return Object<MessageMatch>()
      .optional("contains", name_text(), &MessageMatch::contains, "a text that the message must hold")
      .optional("json", JsonValueMap{}, append_checks<MessageMatch>,
                "values that the JSON message must have; may hold {{variables}}")
      .optional("json_exists", PointerList{}, append_checks<MessageMatch>,
                "places that the JSON message must have")
      .check([](const Value& node, MessageMatch&, Mistakes& mistakes) {
        if (node.entries.empty())
          mistakes.report(node, "this matches every message", "write contains, json or json_exists");
      });
}

Object<ExchangeStep> exchange_step() {
  using Kind = ExchangeStep::Kind;
  return Object<ExchangeStep>()
      .optional(
          "send", PayloadText{},
          [](ExchangeStep& step, Payload payload) {
            step.kind = Kind::send;
            step.text = std::move(payload.text);
          },
          "sends a text message: a text as it is, or a map or list as JSON; may hold {{variables}}")
      .optional(
          "expect", message_match(),
          [](ExchangeStep& step) -> MessageMatch& {
            step.kind = Kind::expect;
            return step.match;
          },
          "waits for the first message that matches; others are passed over")
      .optional("within", timeout_text, &ExchangeStep::duration, "deadline of `expect`")
      .optional(
          "wait", DurationText{1ns, 1h},
          [](ExchangeStep& step) -> Duration& {
            step.kind = Kind::wait;
            return step.duration;
          },
          "does nothing for this long")
      .exactly_one_of({"send", "expect", "wait"})
      .needs("expect", "within")
      .needs("within", "expect");
}

void check_websocket(const Value& node, WebSocketSystem&, Mistakes& mistakes) {
  for (const char* key : {"headers", "exchange"}) {
    if (const Value* value = node.find(key)) check_variables(*value, {}, mistakes);
  }
}

}  // namespace

Object<WebSocketSystem> websocket_system() {
  return Object<WebSocketSystem>()
      .required("path", url_path(), &WebSocketSystem::path, "where connections are opened")
      .optional("headers", HeaderMap{}, &WebSocketSystem::headers,
                "headers of the upgrade; may hold {{variables}}")
      .with_default("connect_timeout", timeout_text, &WebSocketSystem::connect_timeout, "5s",
                    "from dialling to the accepted upgrade")
      .with_default("ping_interval", DurationText{1ms, 1h}, &WebSocketSystem::ping_interval, "5s",
                    "time between two pings, whose round trips are measured")
      .with_default("exchange_interval", DurationText{1ms, 1h}, &WebSocketSystem::exchange_interval, "1s",
                    "from the intended start of one exchange to that of the next")
      .optional("exchange", List{exchange_step()}, &WebSocketSystem::exchange,
                "the conversation that is repeated while a connection is open")
      .with_default("hold", DurationText{1ms, 168h}, &WebSocketSystem::hold, "20s",
                    "how long a connection stays open; then it is closed and opened again")
      .with_default("reconnect_delay", DurationText{1ms, 1h}, &WebSocketSystem::reconnect_delay, "1s",
                    "between a lost or refused connection and the next attempt")
      .check(check_websocket);
}

}  // namespace soundcheck::profile
