// Ways in which variables, logins, kinds of users, exchanges of a system can be wrong.
#include "tests/unit/profile/malformed_system.hpp"

namespace soundcheck::profile {
namespace {

// clang-format off
const Malformed malformed_users[] = {
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

INSTANTIATE_TEST_SUITE_P(Users, MalformedSystem, testing::ValuesIn(malformed_users), case_name);

}  // namespace
}  // namespace soundcheck::profile
