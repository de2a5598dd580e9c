#include "tests/sim/compared_runs.hpp"

#include <algorithm>
#include <memory>

#include "runner/compare/figures.hpp"
#include "runner/report/comparison.hpp"
#include "tests/sim/whole_run.hpp"

namespace soundcheck::sim {

namespace {

using compare::Change;

core::Duration times(core::Duration time, double factor) {
  return core::from_seconds(core::to_seconds(time) * factor);
}

Change change_of_p95(const report::RunComparison& comparison) {
  const auto found = std::find_if(comparison.figures.begin(), comparison.figures.end(),
                                  [](const auto& figure) { return figure.name == "api.response_time.p95"; });
  return found == comparison.figures.end() ? Change::cannot_tell : found->comparison.change;
}

report::StoredResult play(const PairPlan& plan, double slower, std::uint64_t seed) {
  profile::Profile profile = plan.profile;
  profile.seed = seed;
  support::Behaviour behaviour;
  behaviour.variation = std::make_shared<support::Variation>(plan.kind, seed);
  behaviour.http_latency = times(std::chrono::milliseconds(100), slower);
  behaviour.echo_latency = times(std::chrono::milliseconds(20), slower);
  WholeRun whole(make_plan(profile), behaviour);
  whole.play();
  report::StoredResult result;
  result.profile_name = profile.name;
  result.actual_seconds = whole.run.elapsed_seconds();
  for (const compare::Figure& figure :
       compare::measure_figures(whole.plan.tasks, whole.totals.figure_rows(), whole.run.load_seconds()))
    result.figures.emplace(figure.name, figure.measurement);
  return result;
}

}  // namespace

PairPlan calm_plan() {
  PairPlan plan{"calm", load("soak"), {.spread = 0.2, .wander = 0.03, .persistence = 0.5}};
  plan.profile.duration = std::chrono::minutes(15);
  plan.profile.warm_up = std::chrono::minutes(1);
  plan.profile.api->users = 20;
  plan.profile.websocket->users = 1;
  plan.profile.ai_pipeline.reset();
  plan.profile.system.api->tasks.resize(1);
  return plan;
}

PairPlan wandering_plan(int minutes) {
  PairPlan plan{"wandering", load("soak"), {.spread = 0.4, .wander = 0.05, .persistence = 0.9}};
  plan.profile.duration = std::chrono::minutes(minutes);
  plan.profile.warm_up = std::chrono::minutes(1);
  plan.profile.ai_pipeline.reset();
  return plan;
}

PairTally& PairTally::operator+=(const PairTally& other) {
  pairs += other.pairs;
  alarms += other.alarms;
  figures += other.figures;
  differ += other.differ;
  worse += other.worse;
  cannot_tell += other.cannot_tell;
  same += other.same;
  improved += other.improved;
  return *this;
}

PairTally try_pair(const PairPlan& plan, double slower, std::uint64_t seed) {
  const report::StoredResult base = play(plan, 1, 3 * seed);
  PairTally tally;
  tally.pairs = 1;
  const report::RunComparison again = report::compare_results({base}, play(plan, 1, 3 * seed + 1));
  tally.figures = again.figures.size();
  tally.differ = again.count(Change::worse) + again.count(Change::improved);
  tally.alarms = tally.differ > 0;
  const Change change = change_of_p95(report::compare_results({base}, play(plan, slower, 3 * seed + 2)));
  tally.worse = change == Change::worse;
  tally.cannot_tell = change == Change::cannot_tell;
  tally.same = change == Change::same;
  tally.improved = change == Change::improved;
  return tally;
}

}  // namespace soundcheck::sim
