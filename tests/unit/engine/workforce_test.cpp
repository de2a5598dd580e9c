#include "runner/engine/workforce.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/recording_probe.hpp"
#include "tests/support/simulated_target.hpp"
#include "tests/unit/engine/simple_plan.hpp"

namespace soundcheck::engine {
namespace {

using namespace std::chrono_literals;
using core::Counter;

class WorkforceTest : public testing::Test {
 protected:
  void TearDown() override {
    workforce.reset();
    EXPECT_EQ(target.open_channels(), 0u);
    EXPECT_TRUE(timeline.timers().empty());
  }
  void start(shape::Share share = {}) {
    workforce =
        std::make_unique<Workforce>(plan, share, timeline, target, probe, [this] { target.kill_all(); });
    workforce->start(begin);
  }
  core::TimePoint at(core::Duration since_begin) const { return begin + since_begin; }
  std::int64_t count(Counter counter) const { return probe.counter(0, counter); }

  support::VirtualTimeline timeline;
  support::SimulatedTarget target{timeline};
  support::RecordingProbe probe;
  const core::TimePoint begin = timeline.now();
  plan::Plan plan = http_plan(support::any_endpoint(), 5, 10, 10s, 1s);
  std::unique_ptr<Workforce> workforce;
};

TEST_F(WorkforceTest, StartsUsersAtTheirRateAndDrainsAtTheEnd) {
  start();
  timeline.run_until(at(350ms));
  EXPECT_EQ(count(Counter::started), 4);
  timeline.run_until(at(10s));
  EXPECT_TRUE(timeline.draining());
  EXPECT_EQ(workforce->live(), 0u) << "all were thinking";
  EXPECT_EQ(workforce->cut_off(), 0u);
  EXPECT_FALSE(timeline.killed());
  EXPECT_EQ(count(Counter::started), 50);
  EXPECT_EQ(count(Counter::succeeded), 50);
  timeline.run_all();
  EXPECT_FALSE(timeline.killed()) << "nobody was left to kill";
}

TEST_F(WorkforceTest, AShardStartsItsOwnUsersAtTheirOwnTimes) {
  target.record_starts = true;
  start({1, 2});
  EXPECT_EQ(workforce->live(), 2u);
  timeline.run_until(at(500ms));
  ASSERT_EQ(target.starts().size(), 2u);
  EXPECT_EQ(target.starts()[0].second, at(100ms) + target.behaviour.connect_time);
  EXPECT_EQ(target.starts()[1].second, at(300ms) + target.behaviour.connect_time);
  workforce->drain();
  timeline.run_all();
}

TEST_F(WorkforceTest, CutsOffWhatDoesNotEndInTheDrainTime) {
  target.behaviour.http_latency = 4s;
  std::get<http::Workload>(plan.workloads[0].behaviour).think_time =
      core::Pause::constant(500ms);  // the third request goes out at 9 s
  start();
  timeline.run_until(at(10s));
  const std::size_t busy = workforce->live();
  EXPECT_GT(busy, 0u);
  timeline.run_until(at(12s) - 1ns);
  EXPECT_FALSE(timeline.killed());
  const std::size_t left = workforce->live();
  EXPECT_GT(left, 0u);
  timeline.run_until(at(12s));
  EXPECT_TRUE(timeline.killed());
  EXPECT_EQ(workforce->live(), 0u);
  EXPECT_EQ(workforce->cut_off(), left);
}

TEST_F(WorkforceTest, DrainingEarlyGivesTheDrainTimeFromThen) {
  target.behaviour.http_latency = 4s;
  start();
  timeline.run_until(at(1s));
  workforce->drain();
  workforce->drain();  // twice is once
  timeline.run_until(at(3s) - 1ns);
  EXPECT_EQ(workforce->live(), 5u);
  timeline.run_until(at(3s));
  EXPECT_EQ(workforce->live(), 0u);
  EXPECT_EQ(workforce->cut_off(), 5u);
  EXPECT_TRUE(probe.failures().empty()) << "a user that we cut off is not a failure of the target";
}

TEST_F(WorkforceTest, JoinWaitsForTheLastUser) {
  start();
  core::TimePoint joined;
  core::TaskGroup watcher;
  auto watch = [&]() -> core::Task<void> {
    co_await workforce->join();
    joined = timeline.now();
  };
  watcher.spawn(watch());
  timeline.run_all();
  EXPECT_EQ(watcher.live(), 0u);
  // The last one sees after its tenth request that the next would come after the end.
  EXPECT_EQ(joined, at(400ms + 9 * 1005ms + 5ms + target.behaviour.connect_time));
  EXPECT_EQ(workforce->error(), nullptr);
}

}  // namespace
}  // namespace soundcheck::engine
