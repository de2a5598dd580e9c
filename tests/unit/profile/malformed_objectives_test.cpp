// Ways in which the objectives of a system can be wrong, with the exact words that the user reads.
#include "tests/unit/profile/malformed_system.hpp"

namespace soundcheck::profile {
namespace {

// clang-format off
const Malformed malformed_objectives[] = {
    {"metric_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.respons_time, aggregation: p95, target: "< 1s"}
)",
     {R"(systems/sys.yaml:8:23: objectives[0].metric: unknown metric (found "api.respons_time"); did you mean "api.response_time"?)"}},
    {"metric_without_subsystem", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: latency, aggregation: p95, target: "< 1s"}
)",
     {R"(systems/sys.yaml:8:23: objectives[0].metric: unknown metric (found "latency"); docs/profile_reference.md lists what is known)"}},
    {"aggregation_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p59, target: "< 1s"}
)",
     {R"(systems/sys.yaml:8:55: objectives[0].aggregation: unknown aggregation (found "p59"); did you mean "p50"?)"}},
    {"aggregation_missing", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, target: "< 1s"}
)",
     {R"(systems/sys.yaml:8:5: objectives[0]: api.response_time is a distribution and needs an aggregation; write for example aggregation: p95)"}},
    {"aggregation_of_a_rate", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.success_rate, aggregation: p95, target: "> 99%"}
)",
     {R"(systems/sys.yaml:8:54: objectives[0].aggregation: api.success_rate is one number and has no aggregation (found "p95"); remove the key)"}},
    {"objective_on_undeclared_subsystem", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: ai_pipeline.rtf, aggregation: p95, target: "< 0.8"}
)",
     {R"(systems/sys.yaml:8:23: objectives[0].metric: the system declares no ai_pipeline (found "ai_pipeline.rtf"); remove the objective, or declare the subsystem)"}},
    {"objective_without_target", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.cpu}
)",
     {R"(systems/sys.yaml:8:5: objectives[0]: write exactly one of target, levels)"}},
    {"objective_names_twice", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.cpu, target: "< 1"}
  - {name: n, metric: target.cpu, target: "< 2"}
)",
     {R"(systems/sys.yaml:9:12: objectives[1].name: another objective has this name (found "n"); names must differ)"}},
    {"objective_task_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.rate, task: b, target: "> 1/s"}
)",
     {R"(systems/sys.yaml:8:39: objectives[0].task: the api has no such task (found "b"); known: a)"}},
    {"objective_task_elsewhere", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.cpu, task: a, target: "< 1"}
)",
     {R"(systems/sys.yaml:8:41: objectives[0].task: target.cpu is not measured by task (found "a"); remove the key)"}},
    {"window_with_a_fraction", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", over: 1500ms}
)",
     {R"(systems/sys.yaml:8:82: objectives[0].over: a window is a whole number of seconds (found "1500ms"); write for example 30s)"}},
    {"window_too_long", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", over: 20m}
)",
     {R"(systems/sys.yaml:8:82: objectives[0].over: the duration must be 1s to 10m (found "20m"))"}},
    {"window_of_a_target_figure", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.cpu, target: "< 1", over: 30s}
)",
     {R"(systems/sys.yaml:8:56: objectives[0].over: target.cpu is one figure for the whole run (found "30s"); remove the key)"}},
    {"stability_in_seconds", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", stability: true}
)",
     {R"(systems/sys.yaml:8:68: objectives[0].target: the bound of the stability of api.response_time: this is not a plain number (found "< 1s"); write for example "<= 1.2")"}},
    {"stability_with_window", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1.2", stability: true, over: 30s}
)",
     {R"(systems/sys.yaml:8:88: objectives[0].stability: a stability compares thirds of the run and has no window (found "true"); remove one of over and stability)"}},
    {"stability_with_abort", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1.2", stability: true, abort_on_fail: true}
)",
     {R"(systems/sys.yaml:8:109: objectives[0].abort_on_fail: a stability is known only at the end of the run (found "true"); remove the key)"}},
    {"abort_of_a_target_figure", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.memory, target: "< 4GB", abort_on_fail: true}
)",
     {R"(systems/sys.yaml:8:70: objectives[0].abort_on_fail: target.memory is one figure for the whole run (found "true"); remove the key)"}},
    {"abort_neither_true_nor_false", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", abort_on_fail: yes}
)",
     {R"(systems/sys.yaml:8:91: objectives[0].abort_on_fail: this is neither true nor false (found "yes"); write true or false)"}},
    {"grace_without_abort", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", grace: 5s}
)",
     {R"(systems/sys.yaml:8:5: objectives[0]: "grace" needs "abort_on_fail" beside it)"}},
    {"tag_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
tags: {read: [a]}
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", tag: reads}
)",
     {R"(systems/sys.yaml:9:81: objectives[0].tag: the system has no such tag (found "reads"); did you mean "read"?)"}},
    {"tag_without_tags", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", tag: read}
)",
     {R"(systems/sys.yaml:8:81: objectives[0].tag: the system has no such tag (found "read"); declare it, for example tags: {read: [list_calls]})"}},
    {"tag_and_task", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
tags: {read: [a]}
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", tag: read, task: a}
)",
     {R"(systems/sys.yaml:9:81: objectives[0].tag: an objective is about a task or a tag, not both (found "read"); remove one)"}},
    {"tag_of_another_subsystem", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
tags: {read: [a]}
websocket: {path: /w}
objectives:
  - {name: n, metric: websocket.rate, target: "> 1/s", tag: read}
)",
     {R"(systems/sys.yaml:10:61: objectives[0].tag: no task of the websocket has this tag (found "read"))"}},
    {"tags_name_unknown_tasks", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
tags: {read: [a, b, exchange]}
objectives:
  - {name: n, metric: target.cpu, target: "< 1"}
)",
     {R"(systems/sys.yaml:7:18: tags.read[1]: no subsystem has such a task (found "b"); known: a)",
      R"(systems/sys.yaml:7:21: tags.read[2]: no subsystem has such a task (found "exchange"); known: a)"}},
    {"task_of_the_event_channel_unknown", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
websocket: {path: /w}
objectives:
  - {name: n, metric: websocket.rate, target: "> 1/s", task: echo}
)",
     {R"(systems/sys.yaml:9:62: objectives[0].task: the websocket has no such task (found "echo"); known: connection, exchange, ping)"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Objectives, MalformedSystem, testing::ValuesIn(malformed_objectives), case_name);

}  // namespace
}  // namespace soundcheck::profile
