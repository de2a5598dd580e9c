#include "protocols/net/sleeper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace soundcheck::net {
namespace {

using namespace std::chrono_literals;

/// A loop with timers at even distances and nothing else, on a machine that takes its time to wake up.
struct SimulatedLoop {
  core::Duration distance{};  ///< of the timers
  core::Duration work{};      ///< for each of them
  core::Duration wake_up{};   ///< of a sleep, besides what the kernel allows itself
  core::Duration look = 500ns;

  Sleeper sleeper{};
  core::TimePoint now{1h};
  std::vector<core::Duration> late{};
  core::Duration looked{};
  int changes_of_mind = 0;

  void run(std::size_t timers) {
    core::TimePoint due = now + distance;
    bool idle = sleeper.mostly_idle();
    while (late.size() < timers) {
      const core::Duration sleep = sleeper.begin(now, due);
      if (sleep == core::Duration::zero()) {
        now += look;
        looked += look;
      } else {
        now += sleep + sleep / 1000 + wake_up;  // select_estimate_accuracy
      }
      sleeper.end(now, false, due <= now);
      changes_of_mind += sleeper.mostly_idle() != idle ? 1 : 0;
      idle = sleeper.mostly_idle();
      if (now < due) continue;
      late.push_back(now - due);
      now += work;
      due += distance;
    }
  }
  /// Of the later half, when it has learnt.
  core::Duration usually_late() const {
    std::vector<core::Duration> later(late.begin() + static_cast<std::ptrdiff_t>(late.size() / 2),
                                      late.end());
    std::nth_element(later.begin(), later.begin() + static_cast<std::ptrdiff_t>(later.size() / 2),
                     later.end());
    return later[later.size() / 2];
  }
};

TEST(Sleeper, IsAwakeInTimeHoweverLongItSleeps) {
  for (const core::Duration distance : {2ms, 9ms, 50ms, 1'000ms, 20'000ms}) {
    SimulatedLoop loop{distance, 20us, 60us};
    loop.run(2'000);
    EXPECT_LE(loop.usually_late(), 1us) << distance.count();
    EXPECT_LE(loop.looked / 2'000, 100us) << "it spins";
  }
}

TEST(Sleeper, LooksNoLongerThanAHeadStartIsLong) {
  SimulatedLoop loop{2ms, 20us, 500us};
  loop.run(2'000);
  // It is never awake in time, so it never has to look.
  EXPECT_EQ(loop.looked, 0us);
  EXPECT_LE(loop.usually_late(), 500us);
}

TEST(Sleeper, ABusyLoopDoesNotWakeUpEarly) {
  SimulatedLoop loop{200us, 140us, 10us};
  loop.run(20'000);
  EXPECT_FALSE(loop.sleeper.mostly_idle());
  EXPECT_EQ(loop.changes_of_mind, 1);
  EXPECT_GE(loop.usually_late(), 10us);
}

/// To look for what is not there yet is no work; else it would think itself busy, stop, and think itself
/// idle.
TEST(Sleeper, LookingDoesNotMakeItBusy) {
  for (const core::Duration distance : {50us, 80us, 150us, 300us}) {
    SimulatedLoop loop{distance, 15us, 50us};
    loop.run(50'000);
    EXPECT_TRUE(loop.sleeper.mostly_idle()) << distance.count();
    EXPECT_EQ(loop.changes_of_mind, 0) << distance.count();
  }
}

TEST(Sleeper, SleepsForEverWithoutATimer) {
  Sleeper sleeper;
  EXPECT_EQ(sleeper.begin(core::TimePoint{1h}, core::TimePoint::max()), core::Duration::max());
  sleeper.end(core::TimePoint{2h}, true, false);
  EXPECT_EQ(sleeper.begin(core::TimePoint{2h}, core::TimePoint::min()), 0ns);
  sleeper.end(core::TimePoint{2h}, false, true);
}

TEST(Sleeper, LearnsNothingFromAnEventThatWokeItUp) {
  Sleeper sleeper;
  core::TimePoint now{1h};
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(sleeper.begin(now, now + 1ms), 1ms);
    now += 5ms;
    sleeper.end(now, true, true);
  }
}

}  // namespace
}  // namespace soundcheck::net
