// Ways in which templates and expressions of a system can be wrong.
#include "tests/unit/profile/malformed_system.hpp"

namespace soundcheck::profile {
namespace {

// clang-format off
const Malformed malformed_expressions[] = {
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
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Expressions, MalformedSystem, testing::ValuesIn(malformed_expressions), case_name);

}  // namespace
}  // namespace soundcheck::profile
