#include "protocols/net/idle_share.hpp"

#include <gtest/gtest.h>

namespace soundcheck::net {
namespace {

using namespace std::chrono_literals;

/// A second of rounds of a millisecond each, of which it sleeps so much.
void run_a_second(IdleShare& share, core::TimePoint& now, core::Duration slept) {
  for (int i = 0; i < 1'000; ++i) {
    share.waited(now, now + slept);
    now += 1ms;
  }
}

class IdleShareTest : public testing::Test {
 protected:
  IdleShare share;
  core::TimePoint now{1h};
};

TEST_F(IdleShareTest, IsTakenForIdleUntilSomethingIsKnown) { EXPECT_TRUE(share.mostly_idle()); }

TEST_F(IdleShareTest, TellsTheBusyFromTheIdle) {
  run_a_second(share, now, 100us);
  EXPECT_FALSE(share.mostly_idle());
  run_a_second(share, now, 900us);
  EXPECT_TRUE(share.mostly_idle());
}

TEST_F(IdleShareTest, StaysWithWhatItThinksInBetween) {
  run_a_second(share, now, 500us);
  EXPECT_TRUE(share.mostly_idle());
  run_a_second(share, now, 300us);
  EXPECT_FALSE(share.mostly_idle());
  run_a_second(share, now, 500us);
  EXPECT_FALSE(share.mostly_idle());
}

TEST_F(IdleShareTest, AskingAndGettingSomethingAtOnceIsWork) {
  for (int i = 0; i < 1'000'000; ++i) {
    share.waited(now, now + 1us);
    now += 1us;
  }
  EXPECT_FALSE(share.mostly_idle());
}

TEST_F(IdleShareTest, OneLongSleepIsEnough) {
  run_a_second(share, now, 0us);
  share.waited(now, now + 10s);
  EXPECT_TRUE(share.mostly_idle());
}

}  // namespace
}  // namespace soundcheck::net
