#include "protocols/net/head_start.hpp"

#include <gtest/gtest.h>

#include <random>

namespace soundcheck::net {
namespace {

using namespace std::chrono_literals;

TEST(HeadStart, IsNoneWhereWakingUpTakesNoTime) {
  HeadStart head_start;
  for (int i = 0; i < 1'000; ++i) head_start.woke_up(0ns);
  EXPECT_EQ(head_start.length(), 0ns);
}

TEST(HeadStart, IsEnoughForNineOfTen) {
  HeadStart head_start;
  std::mt19937 random(1);
  std::uniform_int_distribution<int> late(20'000, 60'000);
  int enough = 0;
  for (int i = 0; i < 20'000; ++i) {
    const core::Duration this_time{late(random)};
    if (i >= 10'000 && this_time <= head_start.length()) ++enough;
    head_start.woke_up(this_time);
  }
  EXPECT_GE(enough, 8'800);
  EXPECT_LE(enough, 9'200);
}

TEST(HeadStart, ForgetsARareDelayAndNeverBeginsToSpin) {
  HeadStart head_start;
  for (int i = 0; i < 1'000; ++i) head_start.woke_up(10us);
  const core::Duration usual = head_start.length();
  head_start.woke_up(1s);
  EXPECT_LE(head_start.length(), usual + 1us);
  for (int i = 0; i < 10'000; ++i) head_start.woke_up(10ms);
  EXPECT_EQ(head_start.length(), HeadStart::longest);
}

}  // namespace
}  // namespace soundcheck::net
