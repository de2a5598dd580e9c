#include "protocols/core/timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/core/signal.hpp"
#include "protocols/core/task.hpp"
#include "tests/support/virtual_timeline.hpp"

namespace soundcheck::core {
namespace {

using namespace std::chrono_literals;

class TimelineTest : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(group.live(), 0u);
    EXPECT_TRUE(timeline.timers().empty());
  }

  Task<void> sleep(Duration length) {
    log.push_back({co_await timeline.sleep_until(begin + length), timeline.now() - begin});
  }
  Task<void> pause(Duration length) {
    log.push_back({co_await timeline.pause_until(begin + length), timeline.now() - begin});
  }
  Task<void> wait(Signal& signal, Duration length, bool interruptible = false) {
    heard.push_back(
        {co_await signal.wait_until(timeline, begin + length, interruptible), timeline.now() - begin});
  }

  support::VirtualTimeline timeline;
  TaskGroup group;
  const TimePoint begin = timeline.now();
  std::vector<std::pair<Wake, Duration>> log;
  std::vector<std::pair<bool, Duration>> heard;
};

using testing::ElementsAre;
using testing::Pair;

TEST_F(TimelineTest, SleepsEndAtTheirTimes) {
  group.spawn(sleep(30ms));
  group.spawn(sleep(10ms));
  timeline.run_all();
  EXPECT_THAT(log, ElementsAre(Pair(Wake::elapsed, 10ms), Pair(Wake::elapsed, 30ms)));
}

TEST_F(TimelineTest, ATimeInThePastDoesNotWait) {
  group.spawn(sleep(-5ms));
  EXPECT_THAT(log, ElementsAre(Pair(Wake::elapsed, 0ms)));
}

TEST_F(TimelineTest, DrainEndsPausesButNotSleeps) {
  group.spawn(sleep(30ms));
  group.spawn(pause(40ms));
  timeline.run_until(begin + 5ms);
  timeline.drain();
  EXPECT_TRUE(timeline.draining());
  EXPECT_FALSE(timeline.killed());
  timeline.run_all();
  EXPECT_THAT(log, ElementsAre(Pair(Wake::draining, 5ms), Pair(Wake::elapsed, 30ms)));
}

TEST_F(TimelineTest, APauseThatBeginsWhileDrainingDoesNotWait) {
  timeline.drain();
  group.spawn(pause(10ms));
  group.spawn(sleep(10ms));
  EXPECT_THAT(log, ElementsAre(Pair(Wake::draining, 0ms)));
  timeline.run_all();
  EXPECT_THAT(log.back(), Pair(Wake::elapsed, 10ms));
}

TEST_F(TimelineTest, KillEndsEveryWaitNowAndLater) {
  group.spawn(sleep(30ms));
  group.spawn(pause(40ms));
  timeline.run_until(begin + 5ms);
  timeline.kill();
  EXPECT_TRUE(timeline.draining());
  timeline.run_until(begin + 5ms);
  EXPECT_THAT(log, ElementsAre(Pair(Wake::cancelled, 5ms), Pair(Wake::cancelled, 5ms)));
  group.spawn(sleep(50ms));
  group.spawn(pause(50ms));
  EXPECT_EQ(log.size(), 4u);
  EXPECT_EQ(log[2].first, Wake::cancelled);
  EXPECT_EQ(log[3].first, Wake::cancelled);
}

TEST_F(TimelineTest, KillAfterDrainCancelsWhatHasNotYetWoken) {
  group.spawn(pause(40ms));
  timeline.drain();
  timeline.kill();
  timeline.run_all();
  EXPECT_THAT(log, ElementsAre(Pair(Wake::cancelled, 0ms)));
}

TEST_F(TimelineTest, SignalWakesItsWaiterAtOnce) {
  Signal signal;
  group.spawn(wait(signal, 100ms));
  timeline.run_until(begin + 20ms);
  signal.notify();
  EXPECT_THAT(heard, ElementsAre(Pair(true, 20ms)));
}

TEST_F(TimelineTest, SignalKeepsOneNotificationForTheNextWait) {
  Signal signal;
  signal.notify();
  signal.notify();
  group.spawn(wait(signal, 100ms));
  group.spawn(wait(signal, 50ms));
  timeline.run_all();
  EXPECT_THAT(heard, ElementsAre(Pair(true, 0ms), Pair(false, 50ms)));
}

TEST_F(TimelineTest, SignalForgetsOnClear) {
  Signal signal;
  signal.notify();
  signal.clear();
  group.spawn(wait(signal, 10ms));
  timeline.run_all();
  EXPECT_THAT(heard, ElementsAre(Pair(false, 10ms)));
}

TEST_F(TimelineTest, ANotificationAfterTheTimeoutIsKept) {
  Signal signal;
  group.spawn(wait(signal, 10ms));
  timeline.run_all();
  signal.notify();
  group.spawn(wait(signal, 20ms));
  EXPECT_THAT(heard, ElementsAre(Pair(false, 10ms), Pair(true, 10ms)));
}

TEST_F(TimelineTest, SignalWaitEndsOnDrainOnlyIfItMay) {
  Signal firm;
  Signal soft;
  group.spawn(wait(firm, 100ms, false));
  group.spawn(wait(soft, 100ms, true));
  timeline.run_until(begin + 10ms);
  timeline.drain();
  timeline.run_all();
  EXPECT_THAT(heard, ElementsAre(Pair(false, 10ms), Pair(false, 100ms)));
}

TEST_F(TimelineTest, SignalWaitEndsOnKill) {
  Signal signal;
  group.spawn(wait(signal, 100ms));
  timeline.kill();
  timeline.run_all();
  group.spawn(wait(signal, 100ms));
  EXPECT_THAT(heard, ElementsAre(Pair(false, 0ms), Pair(false, 0ms)));
}

Task<void> answer(Signal& mine, Signal& theirs, Timeline& timeline, int rounds, int& count) {
  for (int i = 0; i < rounds; ++i) {
    while (!co_await mine.wait_until(timeline, timeline.now() + 1h)) {
    }
    ++count;
    theirs.notify();
  }
}

TEST_F(TimelineTest, SignalsPassBackAndForthWithoutLosingOne) {
  Signal a;
  Signal b;
  int count = 0;
  group.spawn(answer(a, b, timeline, 1'000, count));
  group.spawn(answer(b, a, timeline, 1'000, count));
  a.notify();
  EXPECT_EQ(count, 2'000);
  a.clear();
}

}  // namespace
}  // namespace soundcheck::core
