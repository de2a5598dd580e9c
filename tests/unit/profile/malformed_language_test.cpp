// Ways in which the language of system files can be used wrongly: steps, templates, expressions, checks,
// logins, kinds of users. With the exact words that the user reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

class MalformedLanguage : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedLanguage, IsRefusedWithTheseWords) {
  Workspace workspace;
  const std::string document = GetParam().document;
  workspace.write("systems/sys.yaml", document);
  if (document.find("\nwebsocket:") != std::string::npos)
    workspace.write("p.yaml", "system: sys\nduration: 30s\nwebsocket: {connections: 1}\n");
  EXPECT_THAT(workspace.mistakes(), testing::ElementsAreArray(GetParam().mistakes));
  EXPECT_FALSE(workspace.load().profile.has_value());
}

// clang-format off
const Malformed malformed_language[] = {
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
    {"unknown_generator", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /{{random_it(1, 2)}}
)y",
     {R"y(systems/sys.yaml:6:25: api.tasks[0].steps[0].request: there is no generator random_it (found "GET /{{random_it(1, 2)}}"); did you mean "random_int"?)y"}},
    {"generator_wrong_arguments", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /{{random_int(1)}}
)y",
     {R"y(systems/sys.yaml:6:25: api.tasks[0].steps[0].request: random_int takes two whole numbers (found "GET /{{random_int(1)}}"); write for example {{random_int(1, 100)}})y"}},
    {"generator_reversed", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /{{random_int(9, 1)}}
)y",
     {R"y(systems/sys.yaml:6:25: api.tasks[0].steps[0].request: random_int takes the smaller number first (found "GET /{{random_int(9, 1)}}"); write for example {{random_int(1, 100)}})y"}},
    {"generator_open_parenthesis", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          body: '{{random_int(1, 2}}'
)y",
     {R"y(systems/sys.yaml:7:18: api.tasks[0].steps[0].body: the closing parenthesis is missing (found "{{random_int(1, 2}}"); write for example {{random_int(1, 100)}})y"}},
    {"now_with_a_bad_offset", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a?at={{now_iso(2)}}
)y",
     {R"y(systems/sys.yaml:6:30: api.tasks[0].steps[0].request: now_iso takes one offset in s, m, h or d, or nothing (found "GET /a?at={{now_iso(2)}}"); write for example {{now_iso(+2h)}})y"}},
    {"generator_takes_nothing", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /{{uuid(4)}}
)y",
     {R"y(systems/sys.yaml:6:25: api.tasks[0].steps[0].request: uuid takes nothing (found "GET /{{uuid(4)}}"); write for example {{uuid}})y"}},
    {"name_with_a_hyphen", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /{{call-id}}
)y",
     {R"y(systems/sys.yaml:6:25: api.tasks[0].steps[0].request: this {{ does not name a variable (found "GET /{{call-id}}"); write for example {{call_id}}, of letters, digits and underscores)y"}},
    {"braces_not_closed", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          headers: {X-A: '{{user_id'}
)y",
     {R"y(systems/sys.yaml:7:27: api.tasks[0].steps[0].headers.X-A: this {{ is not closed (found "{{user_id"); write for example {{call_id}})y"}},
    {"used_before_it_is_set", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /{{call_id}}
        - request: GET /a
          extract: {call_id: /id}
)y",
     {R"y(systems/sys.yaml:6:20: api.tasks[0].steps[0].request: nothing sets {{call_id}} before this (found "GET /{{call_id}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"a_check_sees_no_extraction_of_its_own", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {json: {/id: '{{id}}'}}
          extract: {id: /id}
)y",
     {R"y(systems/sys.yaml:7:31: api.tasks[0].steps[0].check.json./id: nothing sets {{id}} before this (found "{{id}}"); did you mean "uuid"?)y"}},
    {"a_near_name", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          extract: {call_id: /id}
        - request: GET /{{cal_id}}
)y",
     {R"y(systems/sys.yaml:8:20: api.tasks[0].steps[1].request: nothing sets {{cal_id}} before this (found "GET /{{cal_id}}"); did you mean "call_id"?)y"}},
    {"expression_single_equals", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: '{{user_id}} = 3'
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:30: api.tasks[0].steps[0].when: one = compares nothing (found "{{user_id}} = 3"); write ==)y"}},
    {"expression_without_right_side", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: '{{user_id}} =='
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:32: api.tasks[0].steps[0].when: a value is missing here (found "{{user_id}} =="); write {{name}}, a number or a 'text')y"}},
    {"expression_bare_word", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: user_id > 3
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:17: api.tasks[0].steps[0].when: "user_id" is neither a value nor an operator here (found "user_id > 3"); write {{user_id}} for a variable, 'user_id' for a text)y"}},
    {"expression_c_operator", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: '{{user_id}} > 3 && 1 < 2'
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:34: api.tasks[0].steps[0].when: this does not belong to the expression before it (found "{{user_id}} > 3 && 1 < 2"))y"}},
    {"expression_parenthesis", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: ({{user_id}} > 3
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:33: api.tasks[0].steps[0].when: a closing parenthesis is missing (found "({{user_id}} > 3"))y"}},
    {"expression_bad_regex", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: "{{user_id}} matches '('"
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:38: api.tasks[0].steps[0].when: this is not a regular expression: missing ): ( (found "{{user_id}} matches '('"))y"}},
    {"expression_regex_without_quotes", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: '{{user_id}} matches a.*'
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:38: api.tasks[0].steps[0].when: a regular expression in quotes is expected here (found "{{user_id}} matches a.*"); write for example matches '^c-[0-9]+$')y"}},
    {"expression_hyphen", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: '{{user_id}} == in-progress'
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:33: api.tasks[0].steps[0].when: a text with such signs needs quotes (found "{{user_id}} == in-progress"); write 'in-progress')y"}},
    {"expression_unknown_variable", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - when: '{{tota}} > 0'
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:6:17: api.tasks[0].steps[0].when: nothing sets {{tota}} before this (found "{{tota}} > 0"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"that_unknown_variable", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {that: '{{tota}} > 0'}
          extract: {total: /total}
)y",
     {R"y(systems/sys.yaml:7:25: api.tasks[0].steps[0].check.that: nothing sets {{tota}} before this (found "{{tota}} > 0"); did you mean "total"?)y"}},
    {"that_is_a_list", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {that: [1]}
)y",
     {R"y(systems/sys.yaml:7:25: api.tasks[0].steps[0].check.that: a single value is expected here, not a list)y"}},
    {"while_unknown_variable", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - repeat: 3
          while: '{{page}} < 3'
          steps: [{request: GET /a}]
)y",
     {R"y(systems/sys.yaml:7:18: api.tasks[0].steps[0].while: nothing sets {{page}} before this (found "{{page}} < 3"); known: index, uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"expression_with_the_environment", R"y(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
          check: {that: '1 == ${KEY:-1}'}
)y",
     {R"y(systems/sys.yaml:7:25: api.tasks[0].steps[0].check.that: an expression is shown in messages, so it cannot hold text of the environment; the value comes from the environment and is not shown)y"}},
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
    {"variables_in_the_wrong_order", R"y(health_path: /health
api:
  variables: {b: '{{a}}', a: '1'}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:18: api.variables.b: nothing sets {{a}} before this (found "{{a}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"header_that_nothing_sets", R"y(health_path: /health
api:
  headers: {Authorization: 'Bearer {{token}}'}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:28: api.headers.Authorization: nothing sets {{token}} before this (found "Bearer {{token}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"login_without_steps", R"y(health_path: /health
api:
  login: {refresh: {every: 10m}}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:10: api.login: the key "steps" is missing; its meaning: what each user does before its first task)y"}},
    {"refresh_without_a_time", R"y(health_path: /health
api:
  login: {steps: [{request: POST /l}], refresh: {before: 30s}}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:49: api.login.refresh: write exactly one of every, expires_in)y"}},
    {"refresh_with_two_times", R"y(health_path: /health
api:
  login: {steps: [{request: POST /l}], refresh: {every: 10m, expires_in: '60'}}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:49: api.login.refresh: write exactly one of every, expires_in)y"}},
    {"refresh_of_an_unknown_time", R"y(health_path: /health
api:
  login: {steps: [{request: POST /l}], refresh: {expires_in: '{{expires}}'}}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:62: api.login.refresh.expires_in: nothing sets {{expires}} before this (found "{{expires}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"login_cannot_stop_a_task", R"y(health_path: /health
api:
  login:
    steps:
      - when: 1 == 1
        steps: [{stop_task: no}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:6:29: api.login.steps[0].steps[0].stop_task: there is no task to stop here (found "no"); write when with otherwise instead)y"}},
    {"setup_cannot_stop_a_task", R"y(health_path: /health
api:
  setup: [{stop_task: nothing}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:23: api.setup[0].stop_task: there is no task to stop here (found "nothing"); write when with otherwise instead)y"}},
    {"setup_knows_no_user_variables", R"y(health_path: /health
api:
  variables: {who: x}
  setup: [{request: 'GET /{{who}}'}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:4:21: api.setup[0].request: nothing sets {{who}} before this (found "GET /{{who}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"teardown_knows_no_login", R"y(health_path: /health
api:
  login: {steps: [{request: POST /l, extract: {token: /t}}]}
  teardown: [{request: 'DELETE /{{token}}'}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:4:24: api.teardown[0].request: nothing sets {{token}} before this (found "DELETE /{{token}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)y"}},
    {"setup_results_have_no_name", R"y(health_path: /health
api:
  setup: [{request: GET /a, name: warm}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:29: api.setup[0].name: the setup and the teardown are in no figure; remove the key)y"}},
    {"class_with_an_unknown_task", R"y(health_path: /health
api:
  user_classes: [{name: x, tasks: [b, a]}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:36: api.user_classes[0].tasks[0]: the system has no such task (found "b"); known: a)y"}},
    {"class_with_an_unknown_weighted_task", R"y(health_path: /health
api:
  user_classes: [{name: x, tasks: {aa: 2}}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:36: api.user_classes[0].tasks.aa: the system has no such task; known: a)y"}},
    {"class_names_twice", R"y(health_path: /health
api:
  user_classes:
    - {name: x, tasks: [a]}
    - {name: x, tasks: [a]}
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:5:14: api.user_classes[1].name: another class has this name (found "x"); names must differ)y"}},
    {"class_without_tasks", R"y(health_path: /health
api:
  user_classes: [{name: x}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:18: api.user_classes[0]: the key "tasks" is missing; its meaning: the tasks that it does: a list, or a map with weights of its own, for example `{dashboard: 3, list: 1}`)y"}},
    {"class_of_tasks_that_are_off", R"y(health_path: /health
api:
  user_classes: [{name: x, tasks: {a: 0}}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:35: api.user_classes[0].tasks: all these tasks have the weight 0, so its users would do nothing; give one of them a weight, or the class the weight 0)y"}},
    {"all_classes_off", R"y(health_path: /health
api:
  user_classes: [{name: x, weight: 0, tasks: [a]}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:17: api.user_classes: all classes have the weight 0, so there would be no users; give at least one class a weight)y"}},
    {"class_weight_is_a_word", R"y(health_path: /health
api:
  user_classes: [{name: x, weight: high, tasks: [a]}]
  tasks:
    - {name: a, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:3:36: api.user_classes[0].weight: this is not a whole number (found "high"); write a number from 0 to 1000000)y"}},
    {"tags_are_a_text", R"y(health_path: /health
api:
  tasks:
    - {name: a, tags: bulk, steps: [{request: GET /a}]}
)y",
     {R"y(systems/sys.yaml:4:23: api.tasks[0].tags: a list is expected here, not a single value (found "bulk"))y"}},
    {"exchange_extract_without_expect", R"y(health_path: /health
websocket:
  path: /w
  exchange:
    - {send: a, extract: {id: /id}}
)y",
     {R"y(systems/sys.yaml:5:7: websocket.exchange[0]: "extract" needs "expect" beside it)y"}},
    {"exchange_uses_before_it_extracts", R"y(health_path: /health
websocket:
  path: /w
  exchange:
    - send: '{{id}}'
    - {expect: {contains: a}, within: 1s, extract: {id: /id}}
)y",
     {R"y(systems/sys.yaml:5:13: websocket.exchange[0].send: nothing sets {{id}} before this (found "{{id}}"); did you mean "uuid"?)y"}},
    {"exchange_sets_a_built_in", R"y(health_path: /health
websocket:
  path: /w
  exchange:
    - set: {timestamp: '1'}
)y",
     {R"y(systems/sys.yaml:5:13: websocket.exchange[0].set.timestamp: "timestamp" is a built-in variable; choose another name)y"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(All, MalformedLanguage, testing::ValuesIn(malformed_language), case_name);

}  // namespace
}  // namespace soundcheck::profile
