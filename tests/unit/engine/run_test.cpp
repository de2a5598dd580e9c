#include "runner/engine/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace soundcheck::engine {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class FakeFleet final : public Fleet {
 public:
  void start(core::TimePoint) override { calls.push_back("start"); }
  void drain() override { calls.push_back("drain"); }
  void kill() override { calls.push_back("kill"); }
  metrics::Snapshot collect() override {
    metrics::Snapshot snapshot;
    snapshot.tasks.resize(1);
    snapshot.tasks[0].counters[static_cast<std::size_t>(core::Counter::succeeded)] = 1;
    return snapshot;
  }
  bool finished() const override { return done; }
  Health health() const override { return {}; }

  std::vector<std::string> calls;
  bool done = false;
};

class RunTest : public testing::Test {
 protected:
  RunTest() {
    plan.duration = 10s;
    plan.warm_up = 2s;
    plan.tasks = {{core::Subsystem::api, "a"}};
  }
  bool tick(core::Duration since_begin) { return run.tick(begin + since_begin); }
  std::int64_t total() const { return aggregator.totals()[0].counter(core::Counter::succeeded); }

  plan::Plan plan;
  FakeFleet fleet;
  metrics::Aggregator aggregator{{{core::Subsystem::api, "a"}}};
  std::vector<double> seen;
  engine::Run run{plan, fleet, aggregator,
                  [this](double at, const metrics::Snapshot&) { seen.push_back(at); }};
  const core::TimePoint begin{100s};
};

TEST_F(RunTest, CountsAfterTheWarmUp) {
  run.start(begin);
  EXPECT_TRUE(tick(1s));
  EXPECT_TRUE(tick(2s + 30ms)) << "a tick that comes a moment late still ends the warm-up";
  EXPECT_EQ(total(), 0);
  EXPECT_TRUE(tick(3s));
  EXPECT_EQ(total(), 1);
  EXPECT_THAT(seen, ElementsAre(1.0, 2.03, 3.0));
  EXPECT_EQ(aggregator.rows(core::Subsystem::api).size(), 3u);
  EXPECT_DOUBLE_EQ(run.elapsed_seconds(), 3.0);
}

TEST_F(RunTest, WithoutAWarmUpEverythingCounts) {
  plan.warm_up = 0s;
  run.start(begin);
  tick(300ms);
  EXPECT_EQ(total(), 1);
}

TEST_F(RunTest, TheLastTickCollectsWhatTheLastUserRecorded) {
  plan.warm_up = 0s;
  run.start(begin);
  EXPECT_TRUE(tick(1s));
  fleet.done = true;
  EXPECT_FALSE(tick(2s));
  EXPECT_EQ(total(), 2);
}

TEST_F(RunTest, AfterTheLastUserTheTargetIsWatchedForTheCoolDown) {
  plan.cool_down = 3s;
  run.start(begin);
  EXPECT_TRUE(tick(10s));
  EXPECT_FALSE(run.cooling_down()) << "somebody is still there";
  fleet.done = true;
  EXPECT_TRUE(tick(11s));
  EXPECT_TRUE(run.cooling_down());
  EXPECT_TRUE(tick(12s));
  EXPECT_TRUE(tick(13s));
  EXPECT_FALSE(tick(14s));
  EXPECT_THAT(seen, ElementsAre(10.0, 11.0, 12.0, 13.0, 14.0));
  EXPECT_DOUBLE_EQ(run.load_seconds(), 10);
  EXPECT_DOUBLE_EQ(run.elapsed_seconds(), 14);
}

TEST_F(RunTest, ASignalInTheCoolDownEndsItAndTheRunIsWhole) {
  plan.cool_down = 1min;
  run.start(begin);
  fleet.done = true;
  EXPECT_TRUE(tick(11s));
  run.interrupt(begin + 11s + 500ms);
  EXPECT_FALSE(tick(12s));
  EXPECT_FALSE(run.interrupted());
  EXPECT_DOUBLE_EQ(run.load_seconds(), 10);
  EXPECT_THAT(fleet.calls, ElementsAre("start")) << "nobody to drain";
}

TEST_F(RunTest, ARunThatWasStoppedHasNoCoolDown) {
  plan.cool_down = 1min;
  run.start(begin);
  EXPECT_TRUE(tick(5s));
  run.interrupt(begin + 5s);
  fleet.done = true;
  EXPECT_FALSE(tick(6s));
  EXPECT_FALSE(run.cooling_down());
}

TEST_F(RunTest, NoObjectiveEndsACoolDown) {
  plan.cool_down = 1min;
  run.start(begin);
  fleet.done = true;
  EXPECT_TRUE(tick(11s));
  run.end_early();
  EXPECT_FALSE(run.ended_early());
  EXPECT_TRUE(tick(12s));
}

TEST_F(RunTest, TheFirstInterruptionDrainsTheSecondKills) {
  run.start(begin);
  EXPECT_FALSE(run.interrupted());
  tick(3s);
  run.interrupt(begin + 3'900ms);
  EXPECT_TRUE(run.interrupted());
  tick(4s);
  EXPECT_DOUBLE_EQ(run.load_seconds(), 3.9) << "work was started until then, not only until the last tick";
  run.interrupt(begin + 4'500ms);
  EXPECT_DOUBLE_EQ(run.load_seconds(), 3.9) << "no new work after the first";
  EXPECT_THAT(fleet.calls, ElementsAre("start", "drain", "kill"));
}

TEST_F(RunTest, TheDrainTimeIsNotLoad) {
  run.start(begin);
  tick(9s);
  tick(13s);
  EXPECT_DOUBLE_EQ(run.load_seconds(), 10.0);
  EXPECT_DOUBLE_EQ(run.elapsed_seconds(), 13.0);
}

}  // namespace
}  // namespace soundcheck::engine
