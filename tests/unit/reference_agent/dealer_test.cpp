#include "tools/reference_agent/dealer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

namespace soundcheck::reference_agent {
namespace {

using namespace std::chrono_literals;

Delay delay(const char* text) {
  Faults f;
  EXPECT_EQ(set_fault(f, "delay", text), std::nullopt);
  return *f.delay;
}

TEST(DelayDealer, DealsAMixtureExactlyInEveryBlock) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    DelayDealer dealer(delay("5ms:60%,20ms:35%,50ms:5%"), seed);
    for (int block = 0; block < 5; ++block) {
      std::map<Duration, int> dealt;
      for (int i = 0; i < 100; ++i) ++dealt[dealer.next()];
      EXPECT_EQ(dealt, (std::map<Duration, int>{{5ms, 60}, {20ms, 35}, {50ms, 5}}));
    }
  }
}

TEST(DelayDealer, ShufflesByItsSeed) {
  const auto order = [](std::uint64_t seed) {
    DelayDealer dealer(delay("5ms:50%,50ms:50%"), seed);
    std::vector<Duration> result;
    for (int i = 0; i < 200; ++i) result.push_back(dealer.next());
    return result;
  };
  EXPECT_EQ(order(7), order(7));
  EXPECT_NE(order(7), order(8));
  const auto both_blocks = order(7);
  EXPECT_NE(std::vector(both_blocks.begin(), both_blocks.begin() + 100),
            std::vector(both_blocks.begin() + 100, both_blocks.end()));
}

TEST(DelayDealer, KeepsToItsDistribution) {
  DelayDealer uniform(delay("uniform(5ms,20ms)"), 1);
  DelayDealer exponential(delay("exponential(20ms)"), 1);
  double uniform_sum = 0;
  double exponential_sum = 0;
  int above_mean = 0;
  constexpr int n = 20'000;
  for (int i = 0; i < n; ++i) {
    const auto u = uniform.next();
    EXPECT_GE(u, 5ms);
    EXPECT_LE(u, 20ms);
    uniform_sum += core::to_milliseconds(u);
    const auto e = exponential.next();
    EXPECT_GE(e, 0ms);
    exponential_sum += core::to_milliseconds(e);
    above_mean += e > 20ms ? 1 : 0;
  }
  EXPECT_NEAR(uniform_sum / n, 12.5, 0.2);
  EXPECT_NEAR(exponential_sum / n, 20, 0.6);
  EXPECT_NEAR(static_cast<double>(above_mean) / n, std::exp(-1), 0.02);
}

TEST(ShareDealer, IsExactAfterEveryBlock) {
  for (const double share : {0.0, 0.001, 0.015, 0.05, 0.5, 0.999, 1.0}) {
    ShareDealer dealer(share, 3);
    int dealt = 0;
    for (int i = 1; i <= 5000; ++i) {
      dealt += dealer.next() ? 1 : 0;
      if (i % 100 == 0) {
        EXPECT_EQ(dealt, std::lround(share * i)) << share << " after " << i;
      }
    }
  }
}

TEST(TokenBucket, GivesABurstOfOneSecondAndThenTheRate) {
  const TimePoint t0{100s};
  TokenBucket bucket(10, t0);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(bucket.take(t0), std::nullopt);
  EXPECT_EQ(bucket.take(t0), 100ms);
  EXPECT_EQ(bucket.take(t0 + 99ms), 1ms);
  EXPECT_EQ(bucket.take(t0 + 101ms), std::nullopt);
  int granted = 0;
  for (int i = 0; i < 1000; ++i) granted += bucket.take(t0 + 1h) ? 0 : 1;
  EXPECT_EQ(granted, 10);  // an hour of rest is worth one second
}

TEST(TokenBucket, HoldsOneTokenBelowOneASecond) {
  const TimePoint t0{};
  TokenBucket bucket(0.5, t0);
  EXPECT_EQ(bucket.take(t0), std::nullopt);
  EXPECT_EQ(bucket.take(t0), 2s);
}

TEST(Stall, HoldsInTheFirstPartOfEachPeriod) {
  const Stall stall{2s, 10s};
  const TimePoint origin{5s};
  EXPECT_EQ(stalled_until(stall, origin, origin), origin + 2s);
  EXPECT_EQ(stalled_until(stall, origin, origin + 1999ms), origin + 2s);
  EXPECT_EQ(stalled_until(stall, origin, origin + 2s), origin + 2s);
  EXPECT_EQ(stalled_until(stall, origin, origin + 9999ms), origin + 9999ms);
  EXPECT_EQ(stalled_until(stall, origin, origin + 70s), origin + 72s);
}

}  // namespace
}  // namespace soundcheck::reference_agent
