// Ways in which the bounds and levels of an objective can be wrong, with the exact words that the user reads.
#include "tests/unit/profile/malformed_system.hpp"

namespace soundcheck::profile {
namespace {

// clang-format off
const Malformed malformed_bounds[] = {
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
    {"levels_beside_target", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, target: "< 1s", levels: [{name: good, bound: "< 1s"}]}
)",
     {R"(systems/sys.yaml:8:5: objectives[0]: write exactly one of target, levels)"}},
    {"levels_without_bounds", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, levels: [{name: good}]}
)",
     {R"(systems/sys.yaml:8:69: objectives[0].levels[0]: the key "bound" is missing; only the last level of several may go without: it names what is left)"}},
    {"levels_bound_missing_in_the_middle", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, levels: [{name: a, bound: "< 1s"}, {name: b}, {name: c}]}
)",
     {R"(systems/sys.yaml:8:95: objectives[0].levels[1]: the key "bound" is missing; only the last level of several may go without: it names what is left)"}},
    {"levels_out_of_order", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, levels: [{name: good, bound: "< 1s"}, {name: better, bound: "< 500ms"}]}
)",
     {R"(systems/sys.yaml:8:120: objectives[0].levels[1].bound: the better is stricter than the good "< 1s" (found "< 500ms"); write the best level first)"}},
    {"levels_named_twice", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, levels: [{name: good, bound: "< 1s"}, {name: good, bound: "< 2s"}]}
)",
     {R"(systems/sys.yaml:8:105: objectives[0].levels[1].name: another level has this name (found "good"); names must differ)"}},
    {"level_named_no_data", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, levels: [{name: good, bound: "< 1s"}, {name: no_data}]}
)",
     {R"(systems/sys.yaml:8:105: objectives[0].levels[1].name: no_data stands for missing figures and cannot name a level (found "no_data"))"}},
    {"level_named_cannot_tell", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: api.response_time, aggregation: p95, levels: [{name: good, bound: "< 1s"}, {name: cannot_tell}]}
)",
     {R"(systems/sys.yaml:8:105: objectives[0].levels[1].name: cannot_tell stands for figures that are not certain and cannot name a level (found "cannot_tell"))"}},
    {"growth_an_hour_without_the_hour", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.memory_growth_per_hour, target: "< 10MB"}
  - {name: m, metric: monitors.target.threads, aggregation: growth_per_hour, target: "< 10"}
)",
     {R"(systems/sys.yaml:8:62: objectives[0].target: the bound of target.memory_growth_per_hour: this is not a growth an hour (found "< 10MB"); write for example 10MB/h)",
      R"(systems/sys.yaml:9:86: objectives[1].target: the bound of monitors.target.threads: this is not a growth an hour (found "< 10"); write for example 60/h)"}},
    {"growth_an_hour_from_below", R"(health_path: /health
api:
  tasks:
    - name: a
      steps:
        - request: GET /a
objectives:
  - {name: n, metric: target.memory_growth_per_hour, target: "> 10MB/h"}
  - {name: m, metric: target.memory_growth_per_hour, target: "< 0MB/h"}
)",
     {R"(systems/sys.yaml:8:62: objectives[0].target: growth an hour is bounded from above, by more than 0 (found "> 10MB/h"); it is known within an interval only; write for example "< 10MB/h")",
      R"(systems/sys.yaml:9:62: objectives[1].target: growth an hour is bounded from above, by more than 0 (found "< 0MB/h"); it is known within an interval only; write for example "< 10MB/h")"}},
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

INSTANTIATE_TEST_SUITE_P(Bounds, MalformedSystem, testing::ValuesIn(malformed_bounds), case_name);

}  // namespace
}  // namespace soundcheck::profile
