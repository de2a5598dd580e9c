// Ways in which the objectives of a system can be wrong, with the exact words that the user reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

class MalformedObjectives : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedObjectives, IsRefusedWithTheseWords) {
  Workspace workspace;
  workspace.write("systems/sys.yaml", GetParam().document);
  EXPECT_THAT(workspace.mistakes(), testing::ElementsAreArray(GetParam().mistakes));
  EXPECT_FALSE(workspace.load().profile.has_value());
}

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
    {"bound_without_unit", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 200"}
)",
     {R"(systems/sys.yaml:8:68: objectives[0].target: the bound of api.response_time: a duration needs a unit (found "< 200"); write a unit, for example 200s or 200ms)"}},
    {"bound_without_operator", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: 200ms}
)",
     {R"(systems/sys.yaml:8:68: objectives[0].target: a bound begins with <, <=, > or >= (found "200ms"); write for example "< 200ms")"}},
    {"bound_without_amount", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "<"}
)",
     {R"(systems/sys.yaml:8:68: objectives[0].target: the bound of api.response_time: a duration is missing (found "<"); write for example 500ms, 30s or 1m30s)"}},
    {"bound_of_seconds_in_percent", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 5%"}
)",
     {R"(systems/sys.yaml:8:68: objectives[0].target: the bound of api.response_time: "%" is not a unit of time (found "< 5%"); units: ns, us, ms, s, m, h)"}},
    {"bound_of_bytes_without_unit", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.memory_growth, target: "< 50"}
)",
     {R"(systems/sys.yaml:8:53: objectives[0].target: the bound of target.memory_growth: a size needs a unit (found "< 50"); write a unit, for example 50MB)"}},
    {"bound_of_bytes_unknown_unit", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.memory_growth, target: "< 50 mb"}
)",
     {R"(systems/sys.yaml:8:53: objectives[0].target: the bound of target.memory_growth: "mb" is not a unit of size (found "< 50 mb"); units: B, KB, MB, GB, KiB, MiB, GiB)"}},
    {"bound_above_hundred_percent", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.success_rate, target: "> 99"}
)",
     {R"(systems/sys.yaml:8:49: objectives[0].target: the bound of api.success_rate: this ratio cannot pass 100% (found "> 99"); write for example 99%)"}},
    {"bound_of_rate_without_unit", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.rate, target: "> 50"}
)",
     {R"(systems/sys.yaml:8:41: objectives[0].target: the bound of api.rate: a rate needs a unit (found "> 50"); write a unit, for example 50/s)"}},
    {"bound_of_cores_with_unit", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.cpu, target: "< 80%"}
)",
     {R"(systems/sys.yaml:8:43: objectives[0].target: the bound of target.cpu: this is not a plain number (found "< 80%"); write for example 0.8)"}},
    {"bound_is_list", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.cpu, target: [1]}
)",
     {R"(systems/sys.yaml:8:43: objectives[0].target: a single value is expected here, not a list)"}},
    {"warning_stricter", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 200ms", warning: "< 100ms"}
)",
     {R"(systems/sys.yaml:8:88: objectives[0].warning: the warning is stricter than the target "< 200ms" (found "< 100ms"); the target is the good level, the warning the one that is still bearable)"}},
    {"warning_stricter_upwards", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.success_rate, target: "> 95%", warning: ">= 99%"}
)",
     {R"(systems/sys.yaml:8:67: objectives[0].warning: the warning is stricter than the target "> 95%" (found ">= 99%"); the target is the good level, the warning the one that is still bearable)"}},
    {"warning_stricter_by_equality", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "<= 200ms", warning: "< 200ms"}
)",
     {R"(systems/sys.yaml:8:89: objectives[0].warning: the warning is stricter than the target "<= 200ms" (found "< 200ms"); the target is the good level, the warning the one that is still bearable)"}},
    {"warning_other_way", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.success_rate, target: "> 99%", warning: "<= 95%"}
)",
     {R"(systems/sys.yaml:8:67: objectives[0].warning: the warning points the other way than the target "> 99%" (found "<= 95%"); both must begin with <, or both with >)"}},
    {"objective_without_target", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.cpu}
)",
     {R"(systems/sys.yaml:8:5: objectives[0]: the key "target" is missing; its meaning: the good level, for example "< 200ms")"}},
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
     {R"(systems/sys.yaml:8:41: objectives[0].task: only the api has tasks (found "a"); remove the key, or name a metric of the api)"}},
    {"unquoted_greater_than", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - name: n
    metric: api.success_rate
    target: > 99%
)",
     {R"(systems/sys.yaml:10:15: this is not valid YAML: unexpected character in block scalar; check indentation and quotes; quote values that begin with >, {, [, * or &)"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(All, MalformedObjectives, testing::ValuesIn(malformed_objectives), case_name);

}  // namespace
}  // namespace soundcheck::profile
