// Ways in which the websocket and the ai_pipeline of a system can be wrong, with the exact words that the
// user reads.
#include "tests/unit/profile/malformed_system.hpp"

namespace soundcheck::profile {
namespace {

// clang-format off
const Malformed malformed_channels[] = {
    {"websocket_without_path", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket: {hold: 20s}
)",
     {R"(systems/sys.yaml:7:12: websocket: the key "path" is missing; its meaning: where connections are opened)"}},
    {"exchange_empty", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange: []
)",
     {R"(systems/sys.yaml:9:13: websocket.exchange: the list is empty; it needs at least one element)"}},
    {"websocket_options", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  subprotocols: [chat.v2, "not one", chat.v2]
  compression: maybe
  compression_window: 8
  max_message: 16
  fragment: 0B
)",
     {R"(systems/sys.yaml:9:27: websocket.subprotocols[1]: a subprotocol is letters, digits and - . _ without spaces, for example chat.v2 (found "not one"))",
      R"(systems/sys.yaml:9:38: websocket.subprotocols[2]: the subprotocol is listed twice (found "chat.v2"))",
      R"(systems/sys.yaml:10:16: websocket.compression: this is neither true nor false (found "maybe"); write true or false)",
      R"(systems/sys.yaml:11:23: websocket.compression_window: the number must be from 9 to 15 (found "8"))",
      R"(systems/sys.yaml:12:16: websocket.max_message: a size needs a unit (found "16"); write a unit, for example 16MB)",
      R"(systems/sys.yaml:13:13: websocket.fragment: the size must be 1B to 1GB (found "0B"))"}},
    {"websocket_context_without_compression", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  compression_context: true
)",
     {R"(systems/sys.yaml:8:3: websocket: "compression_context" needs "compression" beside it)"}},
    {"websocket_headers_with_keys_of_their_own", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  headers: {sec-websocket-protocol: chat, Sec-WebSocket-Extensions: permessage-deflate}
)",
     {R"(systems/sys.yaml:9:13: websocket.headers.sec-websocket-protocol: subprotocols have a key of their own; write subprotocols: [...])",
      R"(systems/sys.yaml:9:43: websocket.headers.Sec-WebSocket-Extensions: the only extension has a key of its own; write compression: true)"}},
    {"websocket_reconnect", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  reconnect: {backoff: full_jiter, first: 40s, factor: 0.5}
)",
     {R"(systems/sys.yaml:9:24: websocket.reconnect.backoff: unknown name (found "full_jiter"); did you mean "full_jitter"?)",
      R"(systems/sys.yaml:9:56: websocket.reconnect.factor: this is not a number from 1 to 100 (found "0.5"))"}},
    {"websocket_reconnect_longer_than_its_most", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  reconnect: {backoff: exponential, first: 40s}
)",
     {R"(systems/sys.yaml:9:14: websocket.reconnect: `first` is longer than `max`; make max at least as long as first)"}},
    {"websocket_reconnect_twice", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  reconnect_delay: 1s
  reconnect: {backoff: none}
)",
     {R"(systems/sys.yaml:9:20: websocket.reconnect_delay: reconnect_delay is the short form of reconnect (found "1s"); write one of the two: reconnect: {backoff: constant, first: 1s})"}},
    {"websocket_shares", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  half_open: 5
  read_rate: 1KB
  slow_readers: 120%
)",
     {R"(systems/sys.yaml:9:14: websocket.half_open: this is not a share from 0% to 100% (found "5"); write for example 5%)",
      R"(systems/sys.yaml:10:14: websocket.read_rate: this is not a number of bytes a second from 1B/s to 1GB/s (found "1KB"); write for example 1KB/s)",
      R"(systems/sys.yaml:11:17: websocket.slow_readers: this is not a share from 0% to 100% (found "120%"); write for example 5%)"}},
    {"websocket_slow_readers_without_a_rate", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  slow_readers: 10%
)",
     {R"(systems/sys.yaml:8:3: websocket: "slow_readers" needs "read_rate" beside it)"}},
    {"websocket_binary", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange:
    - send_binary: {hex: "0g"}
    - send_binary: {base64: "AAE"}
    - send_binary: {hex: "00", size: 1KB}
    - send_binary: {size: 2GB}
    - expect: {binary: perhaps, size: 1}
      within: 1s
)",
     {R"(systems/sys.yaml:10:26: websocket.exchange[0].send_binary.hex: these are not pairs of hexadecimal digits (found "0g"); write for example "00 ff 7a")",
      R"(systems/sys.yaml:11:29: websocket.exchange[1].send_binary.base64: this is not base64 (found "AAE"); write for example "AAECAw==", with its padding)",
      R"(systems/sys.yaml:12:20: websocket.exchange[2].send_binary: write exactly one of hex, base64, size)",
      R"(systems/sys.yaml:13:27: websocket.exchange[3].send_binary.size: the size must be 1B to 1GB (found "2GB"))",
      R"(systems/sys.yaml:14:24: websocket.exchange[4].expect.binary: this is neither true nor false (found "perhaps"); write true or false)",
      R"(systems/sys.yaml:14:39: websocket.exchange[4].expect.size: a size needs a unit (found "1"); write a unit, for example 1MB)"}},
    {"expect_without_within", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange:
    - expect: {contains: hello}
)",
     {R"(systems/sys.yaml:10:7: websocket.exchange[0]: "expect" needs "within" beside it)"}},
    {"within_without_expect", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange:
    - send: hello
      within: 1s
)",
     {R"(systems/sys.yaml:10:7: websocket.exchange[0]: "within" needs "expect" beside it)"}},
    {"send_and_wait", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange:
    - send: hello
      wait: 1s
)",
     {R"(systems/sys.yaml:10:7: websocket.exchange[0]: write exactly one of send, send_binary, expect, wait, set)"}},
    {"step_without_action", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange:
    - {}
)",
     {R"(systems/sys.yaml:10:7: websocket.exchange[0]: write exactly one of send, send_binary, expect, wait, set)"}},
    {"expect_everything", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange:
    - expect: {}
      within: 1s
)",
     {R"(systems/sys.yaml:10:15: websocket.exchange[0].expect: this matches every message; write contains, json, json_exists, binary or size)"}},
    {"wait_zero", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange:
    - wait: 0s
)",
     {R"(systems/sys.yaml:10:13: websocket.exchange[0].wait: the duration must be more than 0, up to 1h (found "0s"))"}},
    {"exchange_variable_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  exchange:
    - send: {id: "{{call_id}}"}
)",
     {R"(systems/sys.yaml:10:18: websocket.exchange[0].send.id: nothing sets {{call_id}} before this (found "{{call_id}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)"}},
    {"ping_interval_zero", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket:
  path: /ws
  ping_interval: 0s
)",
     {R"(systems/sys.yaml:9:18: websocket.ping_interval: the duration must be 1ms to 1h (found "0s"))"}},
    {"dialect_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: [opus]
  dialect: binery
)",
     {R"(systems/sys.yaml:10:12: ai_pipeline.dialect: unknown name (found "binery"); did you mean "binary"?)"}},
    {"encoding_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: [pcm61]
)",
     {R"(systems/sys.yaml:9:15: ai_pipeline.encodings[0]: unknown name (found "pcm61"); did you mean "pcm16"?)"}},
    {"encodings_empty", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: []
)",
     {R"(systems/sys.yaml:9:14: ai_pipeline.encodings: the list is empty; it needs at least one element)"}},
    {"encoding_twice", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: [opus, opus]
)",
     {R"(systems/sys.yaml:9:21: ai_pipeline.encodings[1]: the encoding is listed twice (found "opus"))"}},
    {"encodings_missing", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  turns: 1
)",
     {R"(systems/sys.yaml:8:3: ai_pipeline: the key "encodings" is missing; its meaning: how audio is sent; calls take them in turn)"}},
    {"sample_rate_impossible_for_opus", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: [pcm16, opus]
  sample_rate: 44100
)",
     {R"(systems/sys.yaml:10:16: ai_pipeline.sample_rate: opus cannot use this sample rate (found "44100"); write 8000, 12000, 16000, 24000 or 48000, or take opus out of encodings)"}},
    {"sample_rate_too_low", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: [pcm16]
  sample_rate: 4000
)",
     {R"(systems/sys.yaml:10:16: ai_pipeline.sample_rate: the number must be from 8000 to 48000 (found "4000"))"}},
    {"frame_impossible", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: [pcm16]
  frame: 30ms
)",
     {R"(systems/sys.yaml:10:10: ai_pipeline.frame: a frame is 10ms, 20ms, 40ms or 60ms long (found "30ms"))"}},
    {"frame_without_unit", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: [pcm16]
  frame: 20
)",
     {R"(systems/sys.yaml:10:10: ai_pipeline.frame: a duration needs a unit (found "20"); write a unit, for example 20s or 20ms)"}},
    {"turns_zero", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
ai_pipeline:
  path: /voice
  encodings: [pcm16]
  turns: 0
)",
     {R"(systems/sys.yaml:10:10: ai_pipeline.turns: the number must be from 1 to 10000 (found "0"))"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Channels, MalformedSystem, testing::ValuesIn(malformed_channels), case_name);

}  // namespace
}  // namespace soundcheck::profile
