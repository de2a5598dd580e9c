#include "runner/profile/declarations.hpp"
#include "runner/profile/types.hpp"

namespace soundcheck::profile {

Object<Objective> objective() {
  const Text bound{"bound", "<, <=, > or >= and an amount", nullptr};
  return Object<Objective>()
      .required("name", name_text(), &Objective::name, "for people, for example `API p95 latency`")
      .required("metric", name_text(), &Objective::metric, "what is judged, see the list of metrics below")
      .optional("aggregation", name_text(), &Objective::aggregation,
                "p50, p90, p95, p99, p99.9, max, min or mean; only for distributions, which need it")
      .optional("task", name_text(), &Objective::task, "judges only this task of the api")
      // The amount can only be read once the metric's unit is known: check_objectives does it.
      .required(
          "target", bound, [](Objective& o) -> std::string& { return o.target.text; },
          "the good level, for example \"< 200ms\"")
      .optional(
          "warning", bound, [](Objective& o) -> std::string& { return o.warning.emplace().text; },
          "the bearable level; past it the objective is critical. Without it everything but the target is");
}

}  // namespace soundcheck::profile
