// Ways in which the websocket and the ai_pipeline of a system can be wrong, with the exact words that the
// user reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

class MalformedChannels : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedChannels, IsRefusedWithTheseWords) {
  Workspace workspace;
  workspace.write("systems/sys.yaml", GetParam().document);
  EXPECT_THAT(workspace.mistakes(), testing::ElementsAreArray(GetParam().mistakes));
  EXPECT_FALSE(workspace.load().profile.has_value());
}

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
     {R"(systems/sys.yaml:10:7: websocket.exchange[0]: write exactly one of send, send_binary, expect, wait)"}},
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
     {R"(systems/sys.yaml:10:7: websocket.exchange[0]: write exactly one of send, send_binary, expect, wait)"}},
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
     {R"(systems/sys.yaml:10:18: websocket.exchange[0].send.id: no earlier step extracts {{call_id}} (found "{{call_id}}"); known: uuid, user_id, iteration, timestamp)"}},
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

INSTANTIATE_TEST_SUITE_P(All, MalformedChannels, testing::ValuesIn(malformed_channels), case_name);

}  // namespace
}  // namespace soundcheck::profile
