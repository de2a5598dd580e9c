#include "runner/engine/open_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/recording_probe.hpp"
#include "tests/support/virtual_timeline.hpp"

namespace soundcheck::engine {
namespace {

using namespace std::chrono_literals;
using core::Counter;
using testing::ElementsAre;

struct Log {
  struct Start {
    std::uint64_t user;
    core::Duration intended, actual;
  };
  std::vector<Start> starts;
  int made = 0;
  int closed = 0;
};

class FakeSession final : public core::Session {
 public:
  FakeSession(core::Timeline& timeline, core::TimePoint begin, Log& log, std::uint64_t user,
              const core::Duration& length)
      : timeline_(timeline), begin_(begin), log_(log), user_(user), length_(length) {}
  core::Task<void> run_one(core::TimePoint intended, core::TimePoint) override {
    log_.starts.push_back({user_, intended - begin_, timeline_.now() - begin_});
    co_await timeline_.sleep_until(timeline_.now() + length_);
  }
  core::Duration think_time() override { return 1h; }
  void close() override { ++log_.closed; }

 private:
  core::Timeline& timeline_;
  core::TimePoint begin_;
  Log& log_;
  std::uint64_t user_;
  const core::Duration& length_;
};

class OpenExecutorTest : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(group.live(), 0u);
    EXPECT_TRUE(timeline.timers().empty());
    EXPECT_EQ(log.closed, log.made) << "every user says goodbye once";
  }
  void start(double rate, core::Duration end, std::uint64_t most = 1'000, shape::Share share = {}) {
    workload.load.model = plan::Model::open;
    workload.load.spacing = shape::Spacing::even;
    workload.load.curve = shape::Curve({{rate, 0s, 0s}}, end);
    workload.load.most_in_progress = most;
    http::Workload tasks;
    tasks.tasks.resize(1);
    tasks.tasks[0].id = 3;
    workload.behaviour = std::move(tasks);
    executor = std::make_unique<OpenExecutor>(
        workload, share, 1, timeline, probe, group, [this](std::uint64_t user) {
          ++log.made;
          return std::make_unique<FakeSession>(timeline, begin, log, user, length);
        });
    group.spawn(executor->run(begin));
  }
  std::vector<core::Duration> actual() const {
    std::vector<core::Duration> out;
    for (const Log::Start& start : log.starts) out.push_back(start.actual);
    return out;
  }

  support::VirtualTimeline timeline;
  support::RecordingProbe probe;
  const core::TimePoint begin = timeline.now();
  Log log;
  core::Duration length = 10ms;
  plan::Workload workload;
  core::TaskGroup group;
  std::unique_ptr<OpenExecutor> executor;
};

TEST_F(OpenExecutorTest, ArrivalsComeAtTheirTimesAndReuseOneUser) {
  start(10, 500ms);
  timeline.run_all();
  EXPECT_THAT(actual(), ElementsAre(0ms, 100ms, 200ms, 300ms, 400ms));
  EXPECT_EQ(log.made, 1);
}

TEST_F(OpenExecutorTest, ASlowTargetChangesNoArrival) {
  length = 350ms;
  start(10, 500ms);
  timeline.run_all();
  EXPECT_THAT(actual(), ElementsAre(0ms, 100ms, 200ms, 300ms, 400ms));
  EXPECT_EQ(log.made, 4) << "the first is free again for the fifth";
  EXPECT_EQ(log.starts[4].user, 0u);
  EXPECT_EQ(probe.counter(3, Counter::dropped_starts), 0);
}

TEST_F(OpenExecutorTest, WhatIsMoreThanMayBeInProgressIsDroppedAndCounted) {
  length = 10s;
  start(10, 500ms, 2);
  timeline.run_all();
  EXPECT_THAT(actual(), ElementsAre(0ms, 100ms));
  EXPECT_EQ(probe.counter(3, Counter::dropped_starts), 3);
}

TEST_F(OpenExecutorTest, AShardServesItsShare) {
  start(10, 500ms, 1'000, {1, 2});
  timeline.run_all();
  EXPECT_THAT(actual(), ElementsAre(100ms, 300ms));
}

TEST_F(OpenExecutorTest, DrainingEndsTheArrivalsButNotTheirWork) {
  length = 250ms;
  start(10, 10s);
  timeline.run_until(begin + 150ms);
  timeline.drain();
  timeline.run_all();
  EXPECT_THAT(actual(), ElementsAre(0ms, 100ms));
  EXPECT_EQ(timeline.now() - begin, 350ms);
}

TEST_F(OpenExecutorTest, KillingEndsAll) {
  length = 10s;
  start(10, 10s);
  timeline.run_until(begin + 150ms);
  timeline.kill();
  timeline.run_all();
  EXPECT_EQ(timeline.now() - begin, 150ms);
}

}  // namespace
}  // namespace soundcheck::engine
