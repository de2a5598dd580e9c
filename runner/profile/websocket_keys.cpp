#include <strings.h>

#include <chrono>
#include <set>

#include "runner/profile/declarations.hpp"
#include "runner/profile/match_keys.hpp"
#include "runner/profile/step_types.hpp"
#include "runner/profile/variables.hpp"
#include "runner/profile/websocket_types.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t largest_message = 1'000'000'000;
const SizeText message_size{1, largest_message};

Object<MessageMatch> message_match() {
  return Object<MessageMatch>()
      .optional("contains", name_text(), &MessageMatch::contains, "a text that the message must hold")
      .optional("json", JsonValueMap{}, append_checks<MessageMatch>,
                "values that the JSON message must have; may hold {{variables}}")
      .optional("json_exists", PointerList{}, append_checks<MessageMatch>,
                "places that the JSON message must have")
      .optional(
          "binary", TrueFalse{}, [](MessageMatch& match, bool binary) { match.binary = binary; },
          "true: the message must be binary; false: it must be text")
      .optional(
          "size", SizeText{0, largest_message},
          [](MessageMatch& match, std::uint64_t size) { match.size = size; }, "its exact length")
      .check([](const Value& node, MessageMatch&, Mistakes& mistakes) {
        if (node.entries.empty())
          mistakes.report(node, "this matches every message",
                          "write contains, json, json_exists, binary or size");
      });
}

Object<BinaryContent> binary_content() {
  return Object<BinaryContent>()
      .optional("hex", HexText{}, &BinaryContent::bytes, "the bytes in hexadecimal")
      .optional("base64", Base64Text{}, &BinaryContent::bytes, "the bytes in base64")
      .optional("size", message_size, &BinaryContent::random_size,
                "so many random bytes, other ones each time; the same in every run with the same seed")
      .exactly_one_of({"hex", "base64", "size"});
}

Object<ExchangeStep> exchange_step() {
  using Kind = ExchangeStep::Kind;
  return Object<ExchangeStep>()
      .optional(
          "send", PayloadText{},
          [](ExchangeStep& step, Payload payload) {
            step.kind = Kind::send;
            step.text = std::move(payload.text);
            step.json = payload.json;
          },
          "sends a text message: a text as it is, or a map or list as JSON; may hold {{variables}}")
      .optional(
          "send_binary", binary_content(),
          [](ExchangeStep& step, BinaryContent content) {
            step.kind = Kind::send;
            step.binary = std::move(content);
          },
          "sends a binary message")
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
      .optional(
          "set", AssignmentMap{},
          [](ExchangeStep& step, Assignments values) {
            step.kind = Kind::set;
            step.set = std::move(values);
          },
          "gives variables values: a map of names to templates")
      .optional("extract", ExtractMap{}, &ExchangeStep::extract,
                "keeps values of the JSON message that `expect` waited for, for the steps and exchanges that "
                "follow")
      .exactly_one_of({"send", "send_binary", "expect", "wait", "set"})
      .needs("extract", "expect")
      .needs("expect", "within")
      .needs("within", "expect");
}

Object<core::Backoff> reconnect() {
  return Object<core::Backoff>()
      .required(
          "backoff", Choice{{core::backoff_names.begin(), core::backoff_names.end()}},
          [](core::Backoff& backoff, const std::string& name) {
            backoff.kind = *core::backoff_from_string(name);
          },
          "`none`: at once (200 ms after a refusal); `constant`: `first`; `exponential`: `first`, then "
          "`factor` "
          "times as long after each refusal, up to `max`; `full_jitter`: evenly distributed from zero to "
          "what "
          "`exponential` says")
      .with_default("first", DurationText{1ms, 1h}, &core::Backoff::first, "1s",
                    "after a connection was lost or closed")
      .with_default("max", DurationText{1ms, 1h}, &core::Backoff::max, "30s", "the longest delay")
      .with_default("factor", FactorText{1, 100}, &core::Backoff::factor, "2", "growth with each refusal")
      .check([](const Value& node, core::Backoff& backoff, Mistakes& mistakes) {
        const bool grows = backoff.kind == core::Backoff::Kind::exponential ||
                           backoff.kind == core::Backoff::Kind::full_jitter;
        if (grows && backoff.first > backoff.max)
          mistakes.report(node, "`first` is longer than `max`", "make max at least as long as first");
      });
}

/// Headers that have a key of their own, because the answer to them matters.
void check_headers(const Value& headers, Mistakes& mistakes) {
  for (const Value::Entry& entry : headers.entries) {
    if (strcasecmp(entry.key.c_str(), "Sec-WebSocket-Protocol") == 0)
      mistakes.report_key(entry, "subprotocols have a key of their own", "write subprotocols: [...]");
    if (strcasecmp(entry.key.c_str(), "Sec-WebSocket-Extensions") == 0)
      mistakes.report_key(entry, "the only extension has a key of its own", "write compression: true");
  }
}

void check_subprotocols(const Value& list, Mistakes& mistakes) {
  std::set<std::string> seen;
  for (const Value& item : list.items) {
    if (!seen.insert(item.text).second) mistakes.report(item, "the subprotocol is listed twice");
  }
}

/// In order: what one step sets or extracts, the next ones may use.
void check_exchange(const Value& list, const WebSocketSystem& system, Mistakes& mistakes) {
  Names known;
  for (std::size_t i = 0; i < system.exchange.size() && i < list.items.size(); ++i) {
    for (const Value::Entry& entry : list.items[i].entries) {
      if (entry.key != "extract") check_variables(entry.value, known, mistakes);
    }
    for (const Extract& extract : system.exchange[i].extract) known.insert(extract.variable);
    for (const Assignment& assignment : system.exchange[i].set) known.insert(assignment.name);
  }
}

void check_websocket(const Value& node, WebSocketSystem& system, Mistakes& mistakes) {
  if (const Value* headers = node.find("headers")) check_headers(*headers, mistakes);
  if (const Value* list = node.find("subprotocols")) check_subprotocols(*list, mistakes);
  if (node.find("reconnect") != nullptr && node.find("reconnect_delay") != nullptr)
    mistakes.report(*node.find("reconnect_delay"), "reconnect_delay is the short form of reconnect",
                    "write one of the two: reconnect: {backoff: constant, first: 1s}");
  if (const Value* value = node.find("headers")) check_variables(*value, {}, mistakes);
  if (const Value* value = node.find("exchange")) check_exchange(*value, system, mistakes);
}

}  // namespace

Object<WebSocketSystem> websocket_system() {
  return Object<WebSocketSystem>()
      .required("path", url_path(), &WebSocketSystem::path, "where connections are opened")
      .optional("headers", HeaderMap{}, &WebSocketSystem::headers,
                "headers of the upgrade; may hold {{variables}}")
      .optional(
          "subprotocols", List{subprotocol_name()}, &WebSocketSystem::subprotocols,
          "offered to the target, best first; a target that takes none of them is a failure at `upgrade`")
      .with_default("compression", TrueFalse{}, &WebSocketSystem::compression, "false",
                    "offers permessage-deflate; a target that does not want it is spoken to without")
      .with_default(
          "compression_context", TrueFalse{}, &WebSocketSystem::compression_context, "false",
          "keeps what was sent before as a dictionary: smaller messages for some 300 KB a connection")
      .with_default("compression_window", Count{9, 15}, &WebSocketSystem::compression_window, "15",
                    "bits of the window that is offered for both directions")
      .with_default("max_message", message_size, &WebSocketSystem::max_message, "16MB",
                    "the longest message taken, inflated; a longer one is a failure at `too_large`")
      .optional("fragment", message_size, &WebSocketSystem::fragment,
                "splits what is sent into frames of at most this much")
      .with_default("connect_timeout", timeout_text, &WebSocketSystem::connect_timeout, "5s",
                    "from dialling to the accepted upgrade")
      .with_default("ping_interval", DurationText{1ms, 1h}, &WebSocketSystem::ping_interval, "5s",
                    "time between two pings, whose round trips are measured")
      .with_default(
          "pong_timeout", DurationText{1ms, 1h}, &WebSocketSystem::pong_timeout, "30s",
          "a target that says nothing for so long after a ping is given up: a failure at `deadline`")
      .with_default("exchange_interval", DurationText{1ms, 1h}, &WebSocketSystem::exchange_interval, "1s",
                    "from the intended start of one exchange to that of the next")
      .optional("exchange", List{exchange_step()}, &WebSocketSystem::exchange,
                "the conversation that is repeated while a connection is open")
      .with_default("hold", DurationText{1ms, 168h}, &WebSocketSystem::hold, "20s",
                    "how long a connection stays open; then it is closed and opened again")
      .with_default(
          "reconnect_delay", DurationText{1ms, 1h},
          [](WebSocketSystem& system, core::Duration delay) {
            system.reconnect = core::Backoff::constant(delay);
          },
          "1s", "between a lost, refused or closed connection and the next attempt; always the same")
      .optional("reconnect", reconnect(), &WebSocketSystem::reconnect,
                "how that delay grows, instead of reconnect_delay")
      .with_default(
          "hang_up", Choice{{"clean", "abrupt"}},
          [](WebSocketSystem& system, const std::string& how) { system.abrupt_hang_up = how == "abrupt"; },
          "clean",
          "how users end a connection that they held: with the closing handshake, or by just going, as a "
          "phone that loses its network; only the target sees the difference")
      .with_default("half_open", ShareText{}, &WebSocketSystem::half_open, "0%",
                    "share of the users that neither read nor write while they hold their connection, and do "
                    "not answer pings; how such connections end is counted, and is no failure")
      .optional("read_rate", ByteRateText{}, &WebSocketSystem::read_rate,
                "slow readers take in so much, so that the target's buffers fill")
      .with_default("slow_readers", ShareText{}, &WebSocketSystem::slow_readers, "100%",
                    "with read_rate: share of the users that read slowly")
      .needs("slow_readers", "read_rate")
      .needs("compression_context", "compression")
      .needs("compression_window", "compression")
      .check(check_websocket);
}

}  // namespace soundcheck::profile
