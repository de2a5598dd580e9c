// Every way in which a profile can be wrong, with the exact words that the user reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

class MalformedProfile : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedProfile, IsRefusedWithTheseWords) {
  Workspace workspace;
  // Values of the environment must never be printed.
  workspace.environment = {{"SECRET", "hunter2"}};
  workspace.write("p.yaml", GetParam().document);
  EXPECT_THAT(workspace.mistakes(), testing::ElementsAreArray(GetParam().mistakes));
  EXPECT_FALSE(workspace.load().profile.has_value());
}

// clang-format off
const Malformed malformed_profiles[] = {
    {"unknown_key", R"(system: sys
duration: 30s
api: {users: 1}
durration: 1m
)",
     {R"(p.yaml:4:1: durration: unknown key "durration"; did you mean "duration"?)"}},
    {"unknown_key_far_from_all", R"(system: sys
duration: 30s
api: {users: 1}
colour: red
)",
     {R"(p.yaml:4:1: colour: unknown key "colour"; known: description, system, duration, warm_up, drain, cool_down, seed, api, websocket, ai_pipeline, workloads, objectives)"}},
    {"unknown_nested_key", R"(system: sys
duration: 30s
api: {user: 1}
)",
     {R"(p.yaml:3:6: api: write exactly one of users, rate, stages)", R"(p.yaml:3:7: api.user: unknown key "user"; did you mean "users"?)"}},
    {"duplicate_key", R"(system: sys
duration: 30s
api: {users: 1}
seed: 1
seed: 2
)",
     {R"(p.yaml:5:1: seed: the key "seed" is given twice; the first one has its value in line 4)"}},
    {"duplicate_nested_key", R"(system: sys
duration: 30s
api:
  users: 1
  users: 2
)",
     {R"(p.yaml:5:3: api.users: the key "users" is given twice; the first one has its value in line 4)"}},
    {"missing_keys", R"(seed: 3
)",
     {R"(p.yaml:1:1: the key "system" is missing; its meaning: what is called: the name of a file in systems/, or a path relative to this file that ends in .yaml)", R"(p.yaml:1:1: the key "duration" is missing; only a load with stages, or with a duration of its own, ends by itself)", R"(p.yaml:1:1: the profile puts load on nothing; add at least one of api, websocket, ai_pipeline, workloads)"}},
    {"duration_without_unit", R"(system: sys
duration: 30
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: a duration needs a unit (found "30"); write a unit, for example 30s or 30ms)"}},
    {"duration_negative", R"(system: sys
duration: -5s
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: a duration cannot be negative (found "-5s"); write for example 500ms, 30s or 1m30s)"}},
    {"duration_zero", R"(system: sys
duration: 0s
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: the duration must be more than 0, up to 168h (found "0s"))"}},
    {"duration_unknown_unit", R"(system: sys
duration: 5min
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: "min" is not a unit of time (found "5min"); units: ns, us, ms, s, m, h)"}},
    {"duration_parts_out_of_order", R"(system: sys
duration: 30s1m
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: the parts of a duration go from large to small (found "30s1m"); write for example 1h30m or 1m30s)"}},
    {"duration_with_space", R"(system: sys
duration: 30 s
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: a duration is written without spaces (found "30 s"); write for example 500ms, 30s or 1m30s)"}},
    {"duration_no_number", R"(system: sys
duration: soon
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: this is not a duration (found "soon"); write for example 500ms, 30s or 1m30s)"}},
    {"duration_too_long", R"(system: sys
duration: 8760h
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: the duration must be more than 0, up to 168h (found "8760h"))"}},
    {"duration_overflow", R"(system: sys
duration: 99999999999999h
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: a duration this long is impossible (found "99999999999999h"); write for example 500ms, 30s or 1m30s)"}},
    {"duration_is_list", R"(system: sys
duration: [30s]
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: a single value is expected here, not a list)"}},
    {"duration_empty", R"(system: sys
duration:
api: {users: 1}
)",
     {R"(p.yaml:2:1: duration: the value is missing; write a single value, or remove the key)"}},
    {"warm_up_as_long_as_duration", R"(system: sys
duration: 30s
api: {users: 1}
warm_up: 30s
)",
     {R"(p.yaml:4:10: warm_up: the warm-up must be shorter than the duration (found "30s"); samples of the warm-up do not count, so nothing would be left)"}},
    {"warm_up_longer_than_duration", R"(system: sys
duration: 30s
api: {users: 1}
warm_up: 1m
)",
     {R"(p.yaml:4:10: warm_up: the warm-up must be shorter than the duration (found "1m"); samples of the warm-up do not count, so nothing would be left)"}},
    {"drain_zero", R"(system: sys
duration: 30s
api: {users: 1}
drain: 0s
)",
     {R"(p.yaml:4:8: drain: the duration must be more than 0, up to 1h (found "0s"))"}},
    {"seed_negative", R"(system: sys
duration: 30s
api: {users: 1}
seed: -1
)",
     {R"(p.yaml:4:7: seed: the number must be from 0 to 18446744073709551615 (found "-1"))"}},
    {"seed_too_large", R"(system: sys
duration: 30s
api: {users: 1}
seed: 18446744073709551616
)",
     {R"(p.yaml:4:7: seed: the number must be from 0 to 18446744073709551615 (found "18446744073709551616"))"}},
    {"users_zero", R"(system: sys
duration: 30s
api: {users: 0}
)",
     {R"(p.yaml:3:14: api.users: the number must be from 1 to 1000000 (found "0"))"}},
    {"users_negative", R"(system: sys
duration: 30s
api: {users: -3}
)",
     {R"(p.yaml:3:14: api.users: the number must be from 1 to 1000000 (found "-3"))"}},
    {"users_too_many", R"(system: sys
duration: 30s
api: {users: 1000001}
)",
     {R"(p.yaml:3:14: api.users: the number must be from 1 to 1000000 (found "1000001"))"}},
    {"users_fraction", R"(system: sys
duration: 30s
api: {users: 1.5}
)",
     {R"(p.yaml:3:14: api.users: this is not a whole number (found "1.5"); write a number from 1 to 1000000)"}},
    {"users_text", R"(system: sys
duration: 30s
api: {users: many}
)",
     {R"(p.yaml:3:14: api.users: this is not a whole number (found "many"); write a number from 1 to 1000000)"}},
    {"users_map", R"(system: sys
duration: 30s
api: {users: {n: 1}}
)",
     {R"(p.yaml:3:14: api.users: a single value is expected here, not a map)"}},
    {"load_is_number", R"(system: sys
duration: 30s
api: 10
)",
     {R"(p.yaml:3:6: api: a map is expected here, not a single value (found "10"))"}},
    {"spawn_rate_zero", R"(system: sys
duration: 30s
api: {users: 1, spawn_rate: 0/s}
)",
     {R"(p.yaml:3:29: api.spawn_rate: the rate must be more than 0, up to 100000/s (found "0/s"))"}},
    {"spawn_rate_without_unit", R"(system: sys
duration: 30s
api: {users: 1, spawn_rate: 5}
)",
     {R"(p.yaml:3:29: api.spawn_rate: a rate needs a unit (found "5"); write a unit, for example 5/s)"}},
    {"spawn_rate_unknown_unit", R"(system: sys
duration: 30s
api: {users: 1, spawn_rate: 5/day}
)",
     {R"(p.yaml:3:29: api.spawn_rate: this is not a rate (found "5/day"); write for example 5/s, 300/min or 10/h)"}},
    {"spawn_rate_negative", R"(system: sys
duration: 30s
api: {users: 1, spawn_rate: -5/s}
)",
     {R"(p.yaml:3:29: api.spawn_rate: a rate cannot be negative (found "-5/s"); write for example 5/s, 300/min or 10/h)"}},
    {"spawn_rate_too_high", R"(system: sys
duration: 30s
api: {users: 1, spawn_rate: 100001/s}
)",
     {R"(p.yaml:3:29: api.spawn_rate: the rate must be more than 0, up to 100000/s (found "100001/s"))"}},
    {"no_load", R"(system: sys
duration: 30s
)",
     {R"(p.yaml:1:1: the profile puts load on nothing; add at least one of api, websocket, ai_pipeline, workloads)"}},
    {"load_on_undeclared_subsystem", R"(system: sys
duration: 30s
api: {users: 1}
websocket: {connections: 1}
ai_pipeline: {calls: 1}
)",
     {R"(p.yaml:4:12: websocket: the system sys declares no websocket; remove this key, or declare it in the system file)", R"(p.yaml:5:14: ai_pipeline: the system sys declares no ai_pipeline; remove this key, or declare it in the system file)"}},
    {"missing_system", R"(system: sis
duration: 30s
api: {users: 1}
)",
     {R"(p.yaml:1:9: system: there is no such system (found "sis"); did you mean "sys"?)"}},
    {"missing_system_file", R"(system: ./other.yaml
duration: 30s
api: {users: 1}
)",
     {R"(p.yaml:1:9: system: there is no such system file (found "./other.yaml"); looked in DIR)"}},
    {"system_is_map", R"(system: {name: sys}
duration: 30s
api: {users: 1}
)",
     {R"(p.yaml:1:9: system: a single value is expected here, not a map)"}},
    {"extends_missing_name", R"(system: sys
duration: 30s
api: {users: 1}
extends: basis
)",
     {R"(p.yaml:4:10: extends: there is no such profile (found "basis"); known: p)"}},
    {"extends_missing_path", R"(system: sys
duration: 30s
api: {users: 1}
extends: ../gone.yaml
)",
     {R"(p.yaml:4:10: extends: there is no such profile file (found "../gone.yaml"); looked in DIR)"}},
    {"extends_itself", R"(system: sys
duration: 30s
api: {users: 1}
extends: p
)",
     {R"(p.yaml:4:10: extends: extends runs in a circle: p -> p (found "p"))"}},
    {"extends_is_list", R"(system: sys
duration: 30s
api: {users: 1}
extends: [a, b]
)",
     {R"(p.yaml:4:10: extends: the name of a profile is expected here)"}},
    {"environment_variable_not_set", R"(system: sys
duration: ${DURATION}
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: the environment variable DURATION is not set (found "${DURATION}"); set it, or write ${DURATION:-default})"}},
    {"environment_name_bad", R"(system: sys
duration: ${9 lives}
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: this ${...} does not name a variable (found "${9 lives}"); write ${NAME} or ${NAME:-default}, and $${ for a literal ${)"}},
    {"environment_not_closed", R"(system: sys
duration: ${DURATION
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: this ${ has no closing } (found "${DURATION"); write ${NAME} or ${NAME:-default}, and $${ for a literal ${)"}},
    {"environment_value_is_not_shown", R"(system: sys
duration: ${SECRET}
api: {users: "${SECRET}"}
seed: ${SECRET}
)",
     {R"(p.yaml:2:11: duration: this is not a duration; the value comes from the environment and is not shown)", R"(p.yaml:3:14: api.users: this is not a whole number; the value comes from the environment and is not shown)", R"(p.yaml:4:7: seed: this is not a whole number; the value comes from the environment and is not shown)"}},
    {"environment_value_as_system", R"(system: ${SECRET}
duration: 30s
api: {users: 1}
)",
     {R"(p.yaml:1:9: system: there is no such system; the value comes from the environment and is not shown)"}},
    {"description_two_lines", R"(system: sys
duration: 30s
api: {users: 1}
description: "a\nb"
)",
     {R"(p.yaml:4:14: description: the text must be one line (found "a\x0ab"))"}},
    {"empty_file", R"()",
     {R"(p.yaml:1:1: the file is empty; docs/profile_reference.md lists the keys)"}},
    {"only_a_comment", R"(# nothing yet
)",
     {R"(p.yaml:1:1: the file is empty; docs/profile_reference.md lists the keys)"}},
    {"not_a_map", R"(- system: sys
)",
     {R"(p.yaml:1:1: a map is expected here, not a list)"}},
    {"just_a_text", R"(quick
)",
     {R"(p.yaml:1:1: a map is expected here, not a single value (found "quick"))"}},
    {"broken_yaml_bracket", R"(system: sys
duration: [30s
api: {users: 1}
)",
     {R"(p.yaml:3:4: this is not valid YAML: end of sequence flow not found; check indentation and quotes; quote values that begin with >, {, [, * or &)"}},
    {"broken_yaml_indentation", R"(system: sys
  duration: 30s
)",
     {R"(p.yaml:2:11: this is not valid YAML: illegal map value; check indentation and quotes; quote values that begin with >, {, [, * or &)"}},
    {"broken_yaml_tab", R"(system: sys
api:
	users: 1
)",
     {R"(p.yaml:3:7: this is not valid YAML: illegal map value; check indentation and quotes; quote values that begin with >, {, [, * or &)"}},
    {"broken_yaml_unknown_anchor", R"(system: sys
duration: *later
)",
     {R"(p.yaml:2:11: this is not valid YAML: the referenced anchor is not defined; check indentation and quotes; quote values that begin with >, {, [, * or &)"}},
    {"two_documents", R"(system: sys
duration: 30s
api: {users: 1}
---
system: sys
duration: 30s
api: {users: 1}
)",
     {R"(p.yaml:5:1: the file holds more than one document; remove the line ---)"}},
    {"key_is_list", R"(system: sys
duration: 30s
api: {users: 1}
? [a]
: 1
)",
     {R"(p.yaml:4:3: a key must be a text; put quotes around a value that begins with {{)"}},
    {"tag", R"(system: sys
duration: !time 30s
api: {users: 1}
)",
     {R"(p.yaml:2:11: duration: YAML tags are not supported; remove "!time")"}},
    {"endless_alias", R"(system: sys
duration: 30s
api: {users: 1}
websocket: &loop {connections: *loop}
)",
     {R"(p.yaml:4:12: the document is nested too deeply or too large; at most 32 levels and 100000 values)"}},
    {"many_mistakes_at_once", R"(sytem: sys
duration: 30
warm_up: -1s
api: {users: 0, spawn_rate: 5}
)",
     {R"(p.yaml:1:1: the key "system" is missing; its meaning: what is called: the name of a file in systems/, or a path relative to this file that ends in .yaml)", R"(p.yaml:1:1: sytem: unknown key "sytem"; did you mean "system"?)", R"(p.yaml:2:11: duration: a duration needs a unit (found "30"); write a unit, for example 30s or 30ms)", R"(p.yaml:3:10: warm_up: a duration cannot be negative (found "-1s"); write for example 500ms, 30s or 1m30s)", R"(p.yaml:4:14: api.users: the number must be from 1 to 1000000 (found "0"))", R"(p.yaml:4:29: api.spawn_rate: a rate needs a unit (found "5"); write a unit, for example 5/s)"}},
    {"two_models_at_once", R"(system: sys
duration: 30s
api: {users: 1, rate: 5/s}
)",
     {R"(p.yaml:3:6: api: write exactly one of users, rate, stages)"}},
    {"keys_of_the_other_model", R"(system: sys
duration: 30s
api: {rate: 5/s, pacing: 1s}
websocket: {connections: 5, arrivals: even, max_in_progress: 3}
)",
     {R"(p.yaml:3:26: api.pacing: the open model (rate) has no users to pace (found "1s"))", R"(p.yaml:4:12: websocket: the system sys declares no websocket; remove this key, or declare it in the system file)", R"(p.yaml:4:39: websocket.arrivals: only the open model (rate) has arrivals of its own (found "even"))", R"(p.yaml:4:62: websocket.max_in_progress: only the open model (rate) needs this limit: users wait for their answers (found "3"))"}},
    {"stages_of_two_models", R"(system: sys
api:
  stages:
    - {users: 5, hold: 10s}
    - {rate: 5/s, hold: 10s}
)",
     {R"(p.yaml:5:7: api.stages[1]: a stage of rate among stages of users, or the other way round; put the open and the closed model into workloads of their own)"}},
    {"stages_longer_than_the_run", R"(system: sys
duration: 30s
api:
  start: 10s
  stages:
    - {users: 5, ramp: 10s, hold: 15s}
)",
     {R"(p.yaml:6:5: api.stages: the stages last 25s, but the run ends 20s after their start; raise the profile's duration, or leave it out)"}},
    {"stage_without_level", R"(system: sys
duration: 30s
api:
  stages:
    - {user: 5, ramp: 10s}
)",
     {R"(p.yaml:5:7: api.stages[0]: write exactly one of users, rate)", R"(p.yaml:5:8: api.stages[0].user: unknown key "user"; did you mean "users"?)"}},
    {"load_after_the_end", R"(system: sys
duration: 30s
api: {users: 1, start: 30s}
websocket: {connections: 1, start: 10s, duration: 25s}
)",
     {R"(p.yaml:3:24: api.start: it begins when the run of 30s is over (found "30s"))", R"(p.yaml:4:12: websocket: the system sys declares no websocket; remove this key, or declare it in the system file)", R"(p.yaml:4:51: websocket.duration: start and duration go past the end of the run at 30s (found "25s"); raise the profile's duration, or leave it out)"}},
    {"pacing_and_think_time", R"(system: sys
duration: 30s
api: {users: 1, pacing: 2s, think_time: 1s}
)",
     {R"(p.yaml:3:41: api.think_time: pacing and think_time exclude each other (found "1s"); pacing sets when the next task begins, however long the one before took)"}},
    {"workloads_of_one_name", R"(system: sys
duration: 30s
workloads:
  - name: a
    api: {users: 1}
  - name: a
    api: {rate: 1/s}
  - api: {users: 1}
    websocket: {connections: 1}
)",
     {R"(p.yaml:6:11: workloads[1].name: another workload has this name (found "a"); names must differ)", R"(p.yaml:8:5: workloads[2]: write exactly one of api, websocket, ai_pipeline)", R"(p.yaml:8:5: workloads[2]: the key "name" is missing; its meaning: stands in front of its tasks' names in the report: name/task)", R"(p.yaml:9:16: workloads[2].websocket: the system sys declares no websocket; remove this key, or declare it in the system file)"}},
    {"unknown_task_of_a_load", R"(system: sys
duration: 30s
api: {users: 1, tasks: [pinng]}
)",
     {R"(p.yaml:3:25: api.tasks[0]: the system sys has no such task (found "pinng"); known: a)"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(All, MalformedProfile, testing::ValuesIn(malformed_profiles), case_name);

}  // namespace
}  // namespace soundcheck::profile
