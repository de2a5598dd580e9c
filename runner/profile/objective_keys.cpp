#include <chrono>

#include "runner/profile/declarations.hpp"
#include "runner/profile/objectives.hpp"
#include "runner/profile/types.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

/// The amount can only be read once the metric's unit is known: check_objectives does it.
const Text bound{"bound", "<, <=, > or >= and an amount", nullptr};

Object<ObjectiveLevel> objective_level() {
  return Object<ObjectiveLevel>()
      .required("name", name_text(), &ObjectiveLevel::name, "for reports, for example `excellent`")
      .optional(
          "bound", bound, [](ObjectiveLevel& level) -> std::string& { return level.bound.text; },
          "when it is reached, for example \"< 500ms\"; the last level may go without: it names what is "
          "left, which is else called critical");
}

/// Adds a level that has a key of its own.
auto level_called(const char* name) {
  return [name](Objective& o, std::string text) {
    o.levels.push_back({name, {}});
    o.levels.back().bound.text = std::move(text);
  };
}

/// A last level without a bound is the name for what is left.
void take_levels(Objective& o, std::vector<ObjectiveLevel> levels) {
  if (levels.size() > 1 && levels.back().bound.text.empty() && !levels.back().name.empty()) {
    o.worst = levels.back().name;
    levels.pop_back();
  }
  o.levels = std::move(levels);
}

}  // namespace

Object<Objective> objective() {
  return Object<Objective>()
      .required("name", name_text(), &Objective::name, "for people, for example `API p95 latency`")
      .required("metric", name_text(), &Objective::metric, "what is judged, see the list of metrics below")
      .optional("aggregation", name_text(), &Objective::aggregation,
                "p50, p90, p95, p99, p99.9, max, min or mean for distributions; max, min, mean, last, growth "
                "or growth_per_hour for the series of monitors; other metrics have none")
      .optional("task", name_text(), &Objective::task,
                "judges only this task: a task of the api; `connection`, `exchange` or `ping`; "
                "`call_` and an encoding")
      .optional("tag", name_text(), &Objective::tag, "judges only the tasks with this tag of `tags`")
      .optional("target", bound, level_called("target"), "the good level, for example \"< 200ms\"")
      .optional(
          "warning", bound, level_called("warning"),
          "the bearable level; past it the objective is critical. Without it everything but the target is")
      .optional("levels", List{objective_level()}, take_levels,
                "levels with names of your own instead of target and warning, best first: the first one "
                "passes, the others warn, what is left fails")
      .optional(
          "over", DurationText{1s, longest_window}, &Objective::over,
          "judges the worst value over any time of this length, for example p95 over any `30s`, instead "
          "of the whole run")
      .with_default("stability", TrueFalse{}, &Objective::stability, "false",
                    "judges the value in the last third of the measured time divided by that in the first: "
                    "1 is stable, \"<= 1.2\" allows a growth of 20 %")
      .with_default("abort_on_fail", TrueFalse{}, &Objective::abort_on_fail, "false",
                    "ends the run as soon as the objective is past its last bound")
      .optional("grace", DurationText{0s, 168h}, &Objective::grace,
                "abort_on_fail: not before this long after the warm-up; 10s without the key")
      .exactly_one_of({"target", "levels"})
      .needs("warning", "target")
      .needs("grace", "abort_on_fail");
}

}  // namespace soundcheck::profile
