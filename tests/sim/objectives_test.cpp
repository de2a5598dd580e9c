// Objectives that are judged while a whole run goes on, in virtual time.
#include <gtest/gtest.h>

#include "runner/verdict/objectives.hpp"
#include "tests/sim/whole_run.hpp"

namespace soundcheck::sim {
namespace {

using namespace std::chrono_literals;
using core::Subsystem;
using profile::Bound;

/// The quick profile with only its API load and one objective.
class ObjectiveRun {
 public:
  ObjectiveRun(profile::Objective objective, const support::Behaviour& behaviour)
      : objectives_{std::move(objective)},
        whole_(make_plan(load("quick"), {false, true, true}), behaviour, 2),
        watch_(objectives_, whole_.totals.tasks(),
               {core::to_seconds(whole_.plan.warm_up), core::to_seconds(whole_.plan.duration)}) {
    whole_.at_second = [this](double at, const metrics::Snapshot& second) {
      watch_.add_second(at, second, whole_.run.load_seconds());
      if (watch_.abort()) whole_.run.end_early();
    };
    whole_.play();
  }

  verdict::ObjectiveResult result() const {
    const std::vector<verdict::OverTime> over_time = watch_.results();
    verdict::EvaluationInput input;
    input.tasks = whole_.totals.tasks();
    input.totals = whole_.totals.totals();
    input.measured_seconds = whole_.totals.measured_seconds();
    input.over_time = over_time;
    input.abort = watch_.abort();
    return verdict::evaluate_all(objectives_, input).at(0);
  }
  const engine::Run& run() const { return whole_.run; }
  std::size_t left_over() const { return whole_.fleet.left_over(); }
  metrics::TaskRecord api() const { return whole_.of(Subsystem::api); }

 private:
  std::vector<profile::Objective> objectives_;
  WholeRun whole_;
  verdict::ObjectiveWatch watch_;
};

profile::Objective p95(Bound bound) {
  profile::Objective o;
  o.name = "API p95";
  o.metric = "api.response_time";
  o.aggregation = "p95";
  o.levels = {{"target", std::move(bound)}};
  return o;
}

TEST(ObjectivesOverTime, AnObjectiveEndsTheRunOnceItsGraceIsOver) {
  profile::Objective o = p95({Bound::Op::less, 0.03, "< 30ms"});
  o.abort_on_fail = true;
  o.grace = 12s;
  support::Behaviour behaviour;
  behaviour.http_latency = 37ms;
  const ObjectiveRun run(o, behaviour);
  EXPECT_TRUE(run.run().ended_early());
  EXPECT_FALSE(run.run().interrupted());
  EXPECT_DOUBLE_EQ(run.run().load_seconds(), 17) << "5 s of warm-up, 12 s of grace";
  EXPECT_LE(run.run().elapsed_seconds(), 19) << "what was in progress could end";
  EXPECT_EQ(run.left_over(), 0u);
  EXPECT_EQ(run.api().failed(), 0u) << "what we end is not the target's failure";
  const verdict::ObjectiveResult result = run.result();
  EXPECT_EQ(result.level, verdict::Level::critical);
  EXPECT_NEAR(*result.value, 0.037, 0.0001);
  EXPECT_EQ(result.remark, "ended the run 17 s after its start");
}

TEST(ObjectivesOverTime, AGoodOneLetsItGoOn) {
  profile::Objective o = p95({Bound::Op::less, 0.05, "< 50ms"});
  o.abort_on_fail = true;
  o.over = 10s;
  support::Behaviour behaviour;
  behaviour.http_latency = 37ms;
  const ObjectiveRun run(o, behaviour);
  EXPECT_FALSE(run.run().ended_early());
  EXPECT_DOUBLE_EQ(run.run().load_seconds(), 60);
  EXPECT_EQ(run.result().level, verdict::Level::target);
  EXPECT_NEAR(*run.result().value, 0.037, 0.0001);
}

TEST(ObjectivesOverTime, ASteadyTargetIsStable) {
  profile::Objective o = p95({Bound::Op::less_equal, 1.05, "<= 1.05"});
  o.stability = true;
  support::Behaviour behaviour;
  behaviour.http_latency = 37ms;
  const ObjectiveRun run(o, behaviour);
  EXPECT_NEAR(*run.result().value, 1.0, 0.001);
  EXPECT_EQ(run.result().level, verdict::Level::target);
  EXPECT_GT(run.result().samples, 300u);
}

TEST(ObjectivesOverTime, AWindowFindsTheStallThatTheWholeRunHides) {
  profile::Objective whole = p95({Bound::Op::less, 0.2, "< 200ms"});
  whole.aggregation = "p50";
  profile::Objective window = whole;
  window.over = 1s;
  support::Behaviour behaviour;
  behaviour.http_latency = 5ms;
  behaviour.stall = 2s;  // of every 10 s
  EXPECT_EQ(ObjectiveRun(whole, behaviour).result().level, verdict::Level::target);
  EXPECT_EQ(ObjectiveRun(window, behaviour).result().level, verdict::Level::critical);
}

}  // namespace
}  // namespace soundcheck::sim
