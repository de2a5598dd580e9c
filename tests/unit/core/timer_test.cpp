#include "protocols/core/timer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "protocols/core/random.hpp"

namespace soundcheck::core {
namespace {

constexpr TimePoint at(std::int64_t n) { return TimePoint{Duration{n}}; }

struct LoggedTimer : Timer {
  explicit LoggedTimer(std::vector<std::pair<LoggedTimer*, Wake>>& l) : Timer(&LoggedTimer::fired), log(l) {}
  static void fired(Timer& timer, Wake why) {
    auto& self = static_cast<LoggedTimer&>(timer);
    self.log.emplace_back(&self, why);
  }
  std::vector<std::pair<LoggedTimer*, Wake>>& log;
};

using Log = std::vector<std::pair<LoggedTimer*, Wake>>;

TEST(TimerQueue, FiresInOrderOfDueTime) {
  Log log;
  TimerQueue queue;
  LoggedTimer a(log), b(log), c(log);
  queue.add(a, at(30));
  queue.add(b, at(10));
  queue.add(c, at(20));
  EXPECT_EQ(queue.earliest(), at(10));
  EXPECT_FALSE(queue.fire_due(at(9)));
  EXPECT_TRUE(queue.fire_due(at(25)));
  EXPECT_TRUE(queue.fire_due(at(25)));
  EXPECT_FALSE(queue.fire_due(at(25)));
  EXPECT_THAT(log, testing::ElementsAre(std::pair{&b, Wake::elapsed}, std::pair{&c, Wake::elapsed}));
  EXPECT_TRUE(a.queued());
  EXPECT_FALSE(b.queued());
  queue.remove(a);
  EXPECT_TRUE(queue.empty());
}

TEST(TimerQueue, AddingAgainMoves) {
  Log log;
  TimerQueue queue;
  LoggedTimer a(log), b(log);
  queue.add(a, at(10));
  queue.add(b, at(20));
  queue.add(a, at(30));
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(queue.earliest(), at(20));
  EXPECT_EQ(a.due(), at(30));
  queue.remove(a);
  queue.remove(a);  // removing twice is fine
  queue.remove(b);
}

TEST(TimerQueue, ExpediteMakesOnlyTheChosenDueAndSaysWhy) {
  Log log;
  TimerQueue queue;
  LoggedTimer firm(log), soft(log);
  soft.interruptible = true;
  queue.add(firm, at(10));
  queue.add(soft, at(20));
  queue.expedite(Wake::draining, true);
  EXPECT_TRUE(queue.fire_due(at(0)));
  EXPECT_FALSE(queue.fire_due(at(0)));
  queue.expedite(Wake::cancelled, false);
  EXPECT_TRUE(queue.fire_due(at(0)));
  EXPECT_THAT(log, testing::ElementsAre(std::pair{&soft, Wake::draining}, std::pair{&firm, Wake::cancelled}));
}

TEST(TimerQueue, ATimerThatIsAddedAgainAfterExpediteElapsesNormally) {
  Log log;
  TimerQueue queue;
  LoggedTimer a(log);
  queue.add(a, at(10));
  queue.expedite(Wake::cancelled, false);
  queue.add(a, at(40));
  EXPECT_FALSE(queue.fire_due(at(39)));
  EXPECT_TRUE(queue.fire_due(at(40)));
  EXPECT_EQ(log.back().second, Wake::elapsed);
}

/// Random operations against the simplest thing that is right: a map from timer to (due, why).
class AgainstModel : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AgainstModel, RandomOperations) {
  Random random(GetParam());
  Log log;
  TimerQueue queue;
  std::vector<std::unique_ptr<LoggedTimer>> timers;
  for (int i = 0; i < 60; ++i) {
    timers.push_back(std::make_unique<LoggedTimer>(log));
    timers.back()->interruptible = random.below(2) == 0;
  }
  std::map<LoggedTimer*, std::pair<TimePoint, Wake>> model;
  std::int64_t now = 0;

  for (int step = 0; step < 5'000; ++step) {
    LoggedTimer* timer = timers[random.below(timers.size())].get();
    const std::uint64_t dice = random.below(100);
    if (dice < 55) {
      const TimePoint due = at(now + static_cast<std::int64_t>(random.below(50)));
      queue.add(*timer, due);
      model[timer] = {due, Wake::elapsed};
    } else if (dice < 75) {
      queue.remove(*timer);
      model.erase(timer);
    } else if (dice < 98) {
      now += static_cast<std::int64_t>(random.below(10));
      log.clear();
      TimePoint last = TimePoint::min();
      while (queue.fire_due(at(now))) {
        ASSERT_EQ(log.size(), 1u);
        const auto [fired, why] = log.back();
        log.clear();
        ASSERT_TRUE(model.contains(fired));
        ASSERT_EQ(model[fired].second, why);
        ASSERT_LE(last, model[fired].first) << "out of order";
        last = model[fired].first;
        model.erase(fired);
      }
      for (const auto& entry : model) ASSERT_GT(entry.second.first, at(now)) << "a due timer did not fire";
    } else {
      const bool soft_only = random.below(2) == 0;
      const Wake why = soft_only ? Wake::draining : Wake::cancelled;
      queue.expedite(why, soft_only);
      for (auto& [known, state] : model) {
        if (!soft_only || known->interruptible) state = {TimePoint::min(), why};
      }
    }
    ASSERT_EQ(queue.size(), model.size());
    for (const auto& owned : timers) ASSERT_EQ(owned->queued(), model.contains(owned.get()));
    if (!model.empty()) {
      TimePoint earliest = TimePoint::max();
      for (const auto& entry : model) earliest = std::min(earliest, entry.second.first);
      ASSERT_EQ(queue.earliest(), earliest);
    }
  }
  for (const auto& owned : timers) queue.remove(*owned);
  EXPECT_TRUE(queue.empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, AgainstModel, testing::Values(1, 2, 3, 4, 5, 6));

}  // namespace
}  // namespace soundcheck::core
