#include "runner/engine/closed_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/virtual_timeline.hpp"

namespace soundcheck::engine {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct Log {
  std::vector<core::Duration> intended;
  std::vector<core::Duration> actual;
  int closed = 0;
  int destroyed = 0;
};

/// Takes `length` for each run and thinks for `think`.
class FakeSession final : public core::Session {
 public:
  FakeSession(core::Timeline& timeline, Log& log, core::Duration length, core::Duration think)
      : timeline_(timeline), begin_(timeline.now()), log_(log), length_(length), think_(think) {}
  ~FakeSession() override { ++log_.destroyed; }
  core::Task<void> run_one(core::TimePoint intended, core::TimePoint) override {
    log_.intended.push_back(intended - begin_);
    log_.actual.push_back(timeline_.now() - begin_);
    co_await timeline_.sleep_until(timeline_.now() + length_);
  }
  core::Duration think_time() override { return think_; }
  void close() override { ++log_.closed; }

 private:
  core::Timeline& timeline_;
  core::TimePoint begin_;
  Log& log_;
  core::Duration length_;
  core::Duration think_;
};

class RunUserTest : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(group.live(), 0u);
    EXPECT_TRUE(timeline.timers().empty());
    EXPECT_EQ(log.closed, 1);
    EXPECT_EQ(log.destroyed, 1);
  }
  void spawn(core::Duration first, core::Duration end, core::Duration length = 10ms,
             core::Duration think = 90ms) {
    spawn_in({{first, end}}, std::nullopt, length, think);
  }
  void spawn_in(std::vector<shape::Span> wanted, std::optional<core::Duration> pacing, core::Duration length,
                core::Duration think = 90ms) {
    group.spawn(run_user(std::make_unique<FakeSession>(timeline, log, length, think), timeline, begin,
                         std::move(wanted), pacing));
  }

  support::VirtualTimeline timeline;
  const core::TimePoint begin = timeline.now();
  Log log;
  core::TaskGroup group;
};

TEST_F(RunUserTest, RunsThinksAndStopsAtTheEnd) {
  spawn(50ms, 300ms);
  timeline.run_all();
  EXPECT_THAT(log.intended, ElementsAre(50ms, 150ms, 250ms));
  EXPECT_EQ(log.actual, log.intended);
  EXPECT_EQ(timeline.now() - begin, 260ms) << "no think time after the last";
}

TEST_F(RunUserTest, AUserWhoseTurnComesAfterTheEndNeverRuns) {
  spawn(300ms, 300ms);
  timeline.run_all();
  EXPECT_THAT(log.intended, IsEmpty());
}

TEST_F(RunUserTest, DrainEndsTheThinkTime) {
  spawn(0ms, 10s);
  timeline.run_until(begin + 150ms);
  timeline.drain();
  timeline.run_all();
  EXPECT_THAT(log.intended, ElementsAre(0ms, 100ms));
  EXPECT_EQ(timeline.now() - begin, 150ms);
}

TEST_F(RunUserTest, DrainLetsWhatIsInProgressEnd) {
  spawn(0ms, 10s, 80ms);
  timeline.run_until(begin + 30ms);
  timeline.drain();
  timeline.run_all();
  EXPECT_THAT(log.intended, ElementsAre(0ms));
  EXPECT_EQ(timeline.now() - begin, 80ms);
}

TEST_F(RunUserTest, KillEndsWhatIsInProgress) {
  spawn(0ms, 10s, 80ms);
  timeline.run_until(begin + 30ms);
  timeline.kill();
  timeline.run_all();
  EXPECT_EQ(timeline.now() - begin, 30ms);
}

TEST_F(RunUserTest, ATaskThatIsLongerThanTheRunIsNotFollowedByAnother) {
  spawn(0ms, 100ms, 500ms, 0ms);
  timeline.run_all();
  EXPECT_THAT(log.intended, ElementsAre(0ms));
}

TEST_F(RunUserTest, RestsBetweenTheTimesInWhichItIsWanted) {
  spawn_in({{0ms, 150ms}, {500ms, 650ms}}, std::nullopt, 10ms);
  timeline.run_all();
  EXPECT_THAT(log.intended, ElementsAre(0ms, 100ms, 500ms, 600ms));
  EXPECT_EQ(log.closed, 2) << "it hangs up when it is not wanted";
  log.closed = 1;
}

TEST_F(RunUserTest, PacingCountsFromTheIntendedStart) {
  spawn_in({{0ms, 500ms}}, 100ms, 30ms);
  timeline.run_all();
  EXPECT_THAT(log.intended, ElementsAre(0ms, 100ms, 200ms, 300ms, 400ms));
  EXPECT_EQ(log.actual, log.intended);
}

TEST_F(RunUserTest, APacedUserCatchesUpAndItsIntendedStartsSaySo) {
  spawn_in({{0ms, 500ms}}, 100ms, 150ms);
  timeline.run_all();
  EXPECT_THAT(log.intended, ElementsAre(0ms, 100ms, 200ms, 300ms));
  EXPECT_THAT(log.actual, ElementsAre(0ms, 150ms, 300ms, 450ms));
}

}  // namespace
}  // namespace soundcheck::engine
