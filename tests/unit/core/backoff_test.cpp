#include "protocols/core/backoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace soundcheck::core {
namespace {

using namespace std::chrono_literals;
using Kind = Backoff::Kind;

TEST(Backoff, NoneAndConstantDoNotGrow) {
  Random random(1);
  for (const unsigned failures : {0U, 1U, 7U, 4'000'000'000U}) {
    EXPECT_EQ((Backoff{Kind::none, 1s, 30s, 2}.delay(failures, random)), 0s);
    EXPECT_EQ(Backoff::constant(3s).delay(failures, random), 3s);
  }
}

TEST(Backoff, ExponentialGrowsUpToItsMost) {
  Random random(1);
  const Backoff backoff{Kind::exponential, 1s, 30s, 2};
  std::vector<Duration> delays;
  for (unsigned failures = 0; failures < 7; ++failures) delays.push_back(backoff.delay(failures, random));
  EXPECT_EQ(delays, (std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 30s, 30s}));
  EXPECT_EQ(backoff.delay(4'000'000'000U, random), 30s) << "what is infinite is cut off, too";
  EXPECT_EQ((Backoff{Kind::exponential, 40s, 30s, 1}.delay(0, random)), 30s);
}

TEST(Backoff, FullJitterIsEvenOverWhatExponentialSays) {
  for (const unsigned failures : {0U, 3U, 50U}) {
    Random random(failures);
    const Backoff backoff{Kind::full_jitter, 500ms, 10s, 2};
    const Duration longest = Backoff{Kind::exponential, 500ms, 10s, 2}.delay(failures, random);
    constexpr int draws = 20'000;
    std::vector<int> tenths(10);
    for (int i = 0; i < draws; ++i) {
      const Duration delay = backoff.delay(failures, random);
      ASSERT_GE(delay, 0s);
      ASSERT_LE(delay, longest);
      ++tenths[static_cast<std::size_t>(std::min(9.0, 10 * to_seconds(delay) / to_seconds(longest)))];
    }
    // Each tenth gets 2,000 with a deviation of 42.
    for (const int n : tenths) EXPECT_NEAR(n, draws / 10, 5 * 42);
  }
}

TEST(Backoff, TheSameSeedWaitsTheSame) {
  Random one(7, 3);
  Random other(7, 3);
  const Backoff backoff{Kind::full_jitter, 1s, 30s, 2};
  for (unsigned i = 0; i < 20; ++i) EXPECT_EQ(backoff.delay(i, one), backoff.delay(i, other));
}

TEST(Backoff, Names) {
  EXPECT_EQ(backoff_from_string("full_jitter"), Kind::full_jitter);
  EXPECT_EQ(backoff_from_string("none"), Kind::none);
  EXPECT_FALSE(backoff_from_string("linear"));
}

}  // namespace
}  // namespace soundcheck::core
