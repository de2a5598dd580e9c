// Ways in which everything of a system up to its api can be wrong, with the exact words that the user reads.
#include "tests/unit/profile/malformed_system.hpp"

namespace soundcheck::profile {
namespace {

// clang-format off
const Malformed malformed_api[] = {
    {"unknown_key", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
apy: {}
)",
     {R"(systems/sys.yaml:7:1: apy: unknown key "apy"; did you mean "api"?)"}},
    {"missing_health_path", R"(api:
  tasks:
    - name: a
      steps:
        - request: GET /a
)",
     {R"(systems/sys.yaml:1:1: the key "health_path" is missing; its meaning: GET must answer 2xx here before the run starts)"}},
    {"health_path_relative", R"(health_path: health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
)",
     {R"(systems/sys.yaml:1:14: health_path: a path begins with / (found "health"))"}},
    {"declares_nothing", R"(health_path: /health
)",
     {R"(p.yaml:3:6: api: the system sys declares no api; remove this key, or declare it in the system file)", R"(systems/sys.yaml:1:1: the system declares nothing to call; add at least one of api, websocket, ai_pipeline)"}},
    {"api_without_tasks", R"(health_path: /health
api: {timeout: 5s}
)",
     {R"(systems/sys.yaml:2:6: api: the key "tasks" is missing; its meaning: what users do)"}},
    {"tasks_empty", R"(health_path: /health
api:
  tasks: []
)",
     {R"(systems/sys.yaml:3:10: api.tasks: the list is empty; it needs at least one element)"}},
    {"tasks_is_map", R"(health_path: /health
api:
  tasks: {a: 1}
)",
     {R"(systems/sys.yaml:3:10: api.tasks: a list is expected here, not a map)"}},
    {"task_is_text", R"(health_path: /health
api:
  tasks: [health]
)",
     {R"(systems/sys.yaml:3:11: api.tasks[0]: a map is expected here, not a single value (found "health"))"}},
    {"task_without_name", R"(health_path: /health
api:
  tasks:
    - steps: [{request: GET /a}]
)",
     {R"(systems/sys.yaml:4:7: api.tasks[0]: the key "name" is missing; its meaning: the name in reports; must differ from the other tasks' names)"}},
    {"task_name_empty", R"(health_path: /health
api:
  tasks:
    - {name: '', steps: [{request: GET /a}]}
)",
     {R"(systems/sys.yaml:4:14: api.tasks[0].name: the text is empty)"}},
    {"task_names_twice", R"(health_path: /health
api:
  tasks:
    - {name: a, steps: [{request: GET /a}]}
    - {name: a, steps: [{request: GET /b}]}
)",
     {R"(systems/sys.yaml:5:14: api.tasks[1].name: another task has this name (found "a"); names must differ)"}},
    {"weight_negative", R"(health_path: /health
api:
  tasks:
    - {name: a, weight: -1, steps: [{request: GET /a}]}
)",
     {R"(systems/sys.yaml:4:25: api.tasks[0].weight: the number must be from 0 to 1000000 (found "-1"))"}},
    {"all_weights_zero", R"(health_path: /health
api:
  tasks:
    - {name: a, weight: 0, steps: [{request: GET /a}]}
    - {name: b, weight: 0, steps: [{request: GET /b}]}
)",
     {R"(systems/sys.yaml:4:5: api.tasks: all tasks have the weight 0, so users would do nothing; give at least one task a weight, or leave the api out with --skip-api)"}},
    {"steps_empty", R"(health_path: /health
api:
  tasks:
    - {name: a, steps: []}
)",
     {R"(systems/sys.yaml:4:24: api.tasks[0].steps: the list is empty; it needs at least one element)"}},
    {"request_without_method", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: /a
)",
     {R"(systems/sys.yaml:6:20: api.tasks[0].steps[0].request: a request is a method and a path (found "/a"); write for example GET /api/v1/health)"}},
    {"request_method_lower_case", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: get /a
)",
     {R"(systems/sys.yaml:6:20: api.tasks[0].steps[0].request: unknown method (found "get /a"); did you mean "GET"?)"}},
    {"request_method_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: FETCH /a
)",
     {R"(systems/sys.yaml:6:20: api.tasks[0].steps[0].request: unknown method (found "FETCH /a"); did you mean "PATCH"?)"}},
    {"request_path_relative", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET a
)",
     {R"(systems/sys.yaml:6:20: api.tasks[0].steps[0].request: a path begins with / (found "GET a"))"}},
    {"request_path_with_space", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a b
)",
     {R"(systems/sys.yaml:6:20: api.tasks[0].steps[0].request: a path cannot hold spaces or line breaks; write %20 for a space (found "GET /a b"))"}},
    {"status_impossible", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {status: 20}
)",
     {R"(systems/sys.yaml:7:27: api.tasks[0].steps[0].check.status: the number must be from 100 to 599 (found "20"))"}},
    {"status_in_list_impossible", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {status: [200, 999]}
)",
     {R"(systems/sys.yaml:7:33: api.tasks[0].steps[0].check.status[1]: the number must be from 100 to 599 (found "999"))"}},
    {"status_list_empty", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {status: []}
)",
     {R"(systems/sys.yaml:7:27: api.tasks[0].steps[0].check.status: the list is empty; it needs at least one element)"}},
    {"check_unknown_key", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {body_contain: x}
)",
     {R"(systems/sys.yaml:7:19: api.tasks[0].steps[0].check.body_contain: unknown key "body_contain"; did you mean "body_contains"?)"}},
    {"json_pointer_without_slash", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {json: {status: ok}}
)",
     {R"(systems/sys.yaml:7:26: api.tasks[0].steps[0].check.json.status: a JSON Pointer begins with /, for example /calls/0/id (write ~1 for / and ~0 for ~ in a key))"}},
    {"json_exists_is_text", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {json_exists: /id}
)",
     {R"(systems/sys.yaml:7:32: api.tasks[0].steps[0].check.json_exists: a list is expected here, not a single value (found "/id"))"}},
    {"json_pointer_bad_escape", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {json_exists: [/a~2b]}
)",
     {R"(systems/sys.yaml:7:33: api.tasks[0].steps[0].check.json_exists[0]: a JSON Pointer begins with /, for example /calls/0/id (write ~1 for / and ~0 for ~ in a key) (found "/a~2b"))"}},
    {"extract_name_bad", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          extract: {call-id: /id}
)",
     {R"(systems/sys.yaml:7:21: api.tasks[0].steps[0].extract.call-id: a variable's name is letters, digits and underscores; write for example call_id)"}},
    {"extract_name_built_in", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          extract: {uuid: /id}
)",
     {R"(systems/sys.yaml:7:21: api.tasks[0].steps[0].extract.uuid: "uuid" is a built-in variable; choose another name)"}},
    {"extract_pointer_bad", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          extract: {call_id: id}
)",
     {R"(systems/sys.yaml:7:30: api.tasks[0].steps[0].extract.call_id: a place in JSON begins with / (JSON Pointer) or $ (JSONPath) (found "id"); write for example /id or $.id)"}},
    {"variable_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a/{{call_id}}
)",
     {R"(systems/sys.yaml:6:20: api.tasks[0].steps[0].request: nothing sets {{call_id}} before this (found "GET /a/{{call_id}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)"}},
    {"variable_misspelt", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          extract: {call_id: /id}
        - request: GET /a/{{cal_id}}
)",
     {R"(systems/sys.yaml:8:20: api.tasks[0].steps[1].request: nothing sets {{cal_id}} before this (found "GET /a/{{cal_id}}"); did you mean "call_id"?)"}},
    {"variable_of_the_same_step", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: POST /a
          body: {id: "{{call_id}}"}
          extract: {call_id: /id}
)",
     {R"(systems/sys.yaml:7:22: api.tasks[0].steps[0].body.id: nothing sets {{call_id}} before this (found "{{call_id}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)"}},
    {"variable_of_another_task", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          extract: {call_id: /id}
    - name: b
      steps: [{request: 'GET /{{call_id}}'}]
)",
     {R"(systems/sys.yaml:9:25: api.tasks[1].steps[0].request: nothing sets {{call_id}} before this (found "GET /{{call_id}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)"}},
    {"variable_in_check", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          extract: {call_id: /id}
        - request: GET /a
          check: {json: {/id: "{{cal_id}}"}}
)",
     {R"(systems/sys.yaml:9:31: api.tasks[0].steps[1].check.json./id: nothing sets {{cal_id}} before this (found "{{cal_id}}"); did you mean "call_id"?)"}},
    {"variable_not_closed", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a/{{user_id
)",
     {R"(systems/sys.yaml:6:27: api.tasks[0].steps[0].request: this {{ is not closed (found "GET /a/{{user_id"); write for example {{call_id}})"}},
    {"variable_not_quoted", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: POST /a
          body: {id: {{uuid}}}
)",
     {R"(systems/sys.yaml:7:23: api.tasks[0].steps[0].body.id: a key must be a text; put quotes around a value that begins with {{)"}},
    {"content_type_without_body", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          content_type: text/plain
)",
     {R"(systems/sys.yaml:6:11: api.tasks[0].steps[0]: "content_type" needs "body" beside it)"}},
    {"header_name_bad", R"(health_path: /health
api:
  headers: {"X Y": 1}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)",
     {R"(systems/sys.yaml:3:13: api.headers.X Y: a header's name is letters, digits and hyphens; write for example X-Request-Id)"}},
    {"header_two_lines", R"(health_path: /health
api:
  headers: {X-Y: "1\r\nZ: 2"}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)",
     {R"(systems/sys.yaml:3:18: api.headers.X-Y: a header must be one line (found "1\x0d\x0aZ: 2"))"}},
    {"headers_is_list", R"(health_path: /health
api:
  headers: [a]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)",
     {R"(systems/sys.yaml:3:12: api.headers: a map is expected here, not a list)"}},
    {"think_time_backwards", R"(health_path: /health
api:
  think_time: 2s..1s
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)",
     {R"(systems/sys.yaml:3:15: api.think_time: the range runs backwards (found "2s..1s"); write 1s..2s)"}},
    {"think_time_without_unit", R"(health_path: /health
api:
  think_time: 1..2s
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)",
     {R"(systems/sys.yaml:3:15: api.think_time: a duration needs a unit (found "1..2s"); write a unit, for example 1s or 1ms)"}},
    {"timeout_too_long", R"(health_path: /health
api:
  timeout: 1h
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)",
     {R"(systems/sys.yaml:3:12: api.timeout: the duration must be more than 0, up to 10m (found "1h"))"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Api, MalformedSystem, testing::ValuesIn(malformed_api), case_name);

}  // namespace
}  // namespace soundcheck::profile
