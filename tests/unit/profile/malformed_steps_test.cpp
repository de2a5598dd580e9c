// Ways in which steps and their checks of a system can be wrong.
#include "tests/unit/profile/malformed_system.hpp"

namespace soundcheck::profile {
namespace {

// clang-format off
const Malformed malformed_steps[] = {
    {"step_without_action", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - check: {status: 200}
)y",
     {R"y(systems/sys.yaml:6:11: api.tasks[0].steps[0]: write exactly one of request, pause, set, when, repeat, poll, stop_task)y"}},
    {"step_with_two_actions", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - {request: GET /a, pause: 1s}
)y",
     {R"y(systems/sys.yaml:6:11: api.tasks[0].steps[0]: write exactly one of request, pause, set, when, repeat, poll, stop_task)y"}},
    {"unknown_step", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - requst: GET /a
)y",
     {R"y(systems/sys.yaml:6:11: api.tasks[0].steps[0]: write exactly one of request, pause, set, when, repeat, poll, stop_task)y",
      R"y(systems/sys.yaml:6:11: api.tasks[0].steps[0].requst: unknown key "requst"; did you mean "request"?)y"}},
    {"key_of_another_kind", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - {pause: 1s, body: x}
)y",
     {R"y(systems/sys.yaml:6:23: api.tasks[0].steps[0].body: "body" means nothing beside "pause"; it belongs to a step with request or poll)y"}},
    {"until_beside_request", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          until: '{{a}} == 1'
)y",
     {R"y(systems/sys.yaml:7:11: api.tasks[0].steps[0].until: "until" means nothing beside "request"; it belongs to a step with poll)y"}},
    {"at_most_beside_when", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: 1 == 1
          at_most: 3
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:7:11: api.tasks[0].steps[0].at_most: "at_most" means nothing beside "when"; it belongs to a step with repeat)y"}},
    {"otherwise_beside_repeat", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - repeat: 2
          steps: [{request: GET /a}]
          otherwise: [{request: GET /b}]
)y",
     {R"y(systems/sys.yaml:8:11: api.tasks[0].steps[0].otherwise: "otherwise" means nothing beside "repeat"; it belongs to a step with when)y"}},
    {"pause_without_unit", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - pause: 3
)y",
     {R"y(systems/sys.yaml:6:18: api.tasks[0].steps[0].pause: a duration needs a unit (found "3"); write a unit, for example 3s or 3ms)y"}},
    {"pause_backwards", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - pause: 3s..1s
)y",
     {R"y(systems/sys.yaml:6:18: api.tasks[0].steps[0].pause: the range runs backwards (found "3s..1s"); write 1s..3s)y"}},
    {"set_is_text", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - set: a
)y",
     {R"y(systems/sys.yaml:6:16: api.tasks[0].steps[0].set: a map is expected here, not a single value (found "a"))y"}},
    {"set_of_a_list", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - set: {a: [1, 2]}
)y",
     {R"y(systems/sys.yaml:6:20: api.tasks[0].steps[0].set.a: a single value is expected here, not a list)y"}},
    {"set_of_a_built_in", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - set: {uuid: x}
)y",
     {R"y(systems/sys.yaml:6:17: api.tasks[0].steps[0].set.uuid: "uuid" is a built-in variable; choose another name)y"}},
    {"set_of_the_loop_count", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - set: {index: 3}
)y",
     {R"y(systems/sys.yaml:6:17: api.tasks[0].steps[0].set.index: "index" is a built-in variable; choose another name)y"}},
    {"set_of_a_bad_name", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - set: {my-name: x}
)y",
     {R"y(systems/sys.yaml:6:17: api.tasks[0].steps[0].set.my-name: a variable's name is letters, digits and underscores; write for example call_id)y"}},
    {"set_uses_itself", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - set: {a: '{{a}}1'}
)y",
     {R"y(systems/sys.yaml:6:20: api.tasks[0].steps[0].set.a: nothing sets {{a}} before this (found "{{a}}1"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"when_without_steps", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: 1 == 1
)y",
     {R"y(systems/sys.yaml:6:11: api.tasks[0].steps[0]: "when" needs "steps" beside it; the steps that are done if the condition holds)y"}},
    {"when_with_empty_steps", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: 1 == 1
          steps: []
)y",
     {R"y(systems/sys.yaml:7:18: api.tasks[0].steps[0].steps: the list is empty; it needs at least one element)y"}},
    {"repeat_without_steps", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - repeat: 3
)y",
     {R"y(systems/sys.yaml:6:11: api.tasks[0].steps[0]: "repeat" needs "steps" beside it; the steps that are repeated)y"}},
    {"repeat_zero_times", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - repeat: 0
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:19: api.tasks[0].steps[0].repeat: the number must be from 1 to 10000 (found "0"))y"}},
    {"repeat_too_often", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - repeat: 20000
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:19: api.tasks[0].steps[0].repeat: the number must be from 1 to 10000 (found "20000"))y"}},
    {"repeat_of_no_number", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - repeat: many
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:19: api.tasks[0].steps[0].repeat: this is not a whole number (found "many"); write a number from 1 to 10000)y"}},
    {"repeat_without_bound", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - set: {n: '3'}
        - repeat: '{{n}}'
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:7:19: api.tasks[0].steps[1].repeat: a count from a variable needs a bound (found "{{n}}"); write at_most beside it, for example at_most: 100)y"}},
    {"repeat_of_an_unknown_count", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - repeat: '{{n}}'
          at_most: 5
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:19: api.tasks[0].steps[0].repeat: nothing sets {{n}} before this (found "{{n}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"index_outside_of_a_loop", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /{{index}}
)y",
     {R"y(systems/sys.yaml:6:20: api.tasks[0].steps[0].request: nothing sets {{index}} before this (found "GET /{{index}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"index_after_a_loop", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - repeat: 2
          steps: [{request: 'GET /{{index}}'}]
        - request: GET /{{index}}
)y",
     {R"y(systems/sys.yaml:8:20: api.tasks[0].steps[1].request: nothing sets {{index}} before this (found "GET /{{index}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"poll_without_until", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - poll: GET /a
          within: 5s
)y",
     {R"y(systems/sys.yaml:6:11: api.tasks[0].steps[0]: "poll" needs "until" beside it; the condition that ends it, for example until: "{{status}} == done")y"}},
    {"poll_without_within", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - poll: GET /a
          extract: {s: /s}
          until: '{{s}} == done'
)y",
     {R"y(systems/sys.yaml:6:11: api.tasks[0].steps[0]: "poll" needs "within" beside it; the time after which it has failed, for example within: 60s)y"}},
    {"poll_until_something_unknown", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - poll: GET /a
          within: 5s
          until: '{{s}} == done'
)y",
     {R"y(systems/sys.yaml:8:18: api.tasks[0].steps[0].until: nothing sets {{s}} before this (found "{{s}} == done"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"poll_every_too_short", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - poll: GET /a
          within: 5s
          every: 100us
          until: 1 == 1
)y",
     {R"y(systems/sys.yaml:8:18: api.tasks[0].steps[0].every: the duration must be 1ms to 1h (found "100us"))y"}},
    {"stop_task_with_a_variable", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - stop_task: no {{user_id}}
)y",
     {R"y(systems/sys.yaml:6:22: api.tasks[0].steps[0].stop_task: results are counted by this text, so it holds no variables (found "no {{user_id}}"); write it without {{...}})y"}},
    {"stop_task_is_empty", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - stop_task: ''
)y",
     {R"y(systems/sys.yaml:6:22: api.tasks[0].steps[0].stop_task: the text is empty)y"}},
    {"mistake_deep_inside", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: 1 == 1
          steps:
            - repeat: 2
              steps:
                - request: GET a
)y",
     {R"y(systems/sys.yaml:10:28: api.tasks[0].steps[0].steps[0].steps[0].request: a path begins with / (found "GET a"))y"}},
    {"on_failure_unknown", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          on_failure: stop
)y",
     {R"y(systems/sys.yaml:7:23: api.tasks[0].steps[0].on_failure: unknown name (found "stop"); known: stop_task, continue)y"}},
    {"step_name_is_empty", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          name: ''
)y",
     {R"y(systems/sys.yaml:7:17: api.tasks[0].steps[0].name: the text is empty)y"}},
    {"status_class_unknown", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {status: 6xx}
)y",
     {R"y(systems/sys.yaml:7:27: api.tasks[0].steps[0].check.status: this is not a whole number (found "6xx"); write a number from 100 to 599)y"}},
    {"status_word", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {status: [200, ok]}
)y",
     {R"y(systems/sys.yaml:7:33: api.tasks[0].steps[0].check.status[1]: this is not a whole number (found "ok"); write a number from 100 to 599)y"}},
    {"size_without_operator", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {size: 1MB}
)y",
     {R"y(systems/sys.yaml:7:25: api.tasks[0].steps[0].check.size: a bound begins with <, <=, > or >= (found "1MB"); write for example "< 1MB")y"}},
    {"size_without_unit", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {size: '< 100'}
)y",
     {R"y(systems/sys.yaml:7:25: api.tasks[0].steps[0].check.size: a size needs a unit (found "< 100"); write a unit, for example 100MB)y"}},
    {"time_without_unit", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {time: '< 500'}
)y",
     {R"y(systems/sys.yaml:7:25: api.tasks[0].steps[0].check.time: a duration needs a unit (found "< 500"); write a unit, for example 500s or 500ms)y"}},
    {"check_header_name", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {header: {'Content Type': json}}
)y",
     {R"y(systems/sys.yaml:7:28: api.tasks[0].steps[0].check.header.Content Type: a header's name is letters, digits and hyphens; write for example X-Request-Id)y"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Steps, MalformedSystem, testing::ValuesIn(malformed_steps), case_name);

}  // namespace
}  // namespace soundcheck::profile
