#include "runner/shape/arrivals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace soundcheck::shape {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<Arrival> all_of(const Curve& rate, Spacing spacing, std::uint64_t seed, Share share = {}) {
  Arrivals arrivals(rate, spacing, seed, share);
  std::vector<Arrival> out;
  while (const auto arrival = arrivals.next()) out.push_back(*arrival);
  return out;
}

std::vector<core::Duration> times_of(const std::vector<Arrival>& arrivals) {
  std::vector<core::Duration> out;
  for (const Arrival& arrival : arrivals) out.push_back(arrival.at);
  return out;
}

TEST(Arrivals, EvenOnesStandAtEqualDistances) {
  const Curve rate({{4, 0s, 0s}}, 1s);
  EXPECT_THAT(times_of(all_of(rate, Spacing::even, 1)), ElementsAre(0ms, 250ms, 500ms, 750ms));
}

TEST(Arrivals, EvenOnesDoNotDrift) {
  const Curve rate({{3, 0s, 0s}}, 100h);
  const auto arrivals = all_of(rate, Spacing::even, 1);
  ASSERT_EQ(arrivals.size(), 1'080'000U);
  EXPECT_NEAR(core::to_seconds(arrivals.back().at), 359'999.0 + 2.0 / 3, 1e-6);
}

TEST(Arrivals, EvenOnesFollowARamp) {
  // From 0 to 10/s in 10 s: t² / 2 arrivals until t.
  const Curve rate({{10, 10s, 0s}}, 10s);
  const auto arrivals = all_of(rate, Spacing::even, 1);
  ASSERT_EQ(arrivals.size(), 50U);
  for (std::size_t k = 0; k < arrivals.size(); ++k) {
    EXPECT_NEAR(core::to_seconds(arrivals[k].at), std::sqrt(2.0 * static_cast<double>(k)), 1e-6);
  }
}

TEST(Arrivals, APauseHasNone) {
  const Curve rate({{100, 0s, 1s}, {0, 0s, 1s}, {100, 0s, 1s}}, 3s);
  for (const Spacing spacing : {Spacing::even, Spacing::poisson}) {
    for (const Arrival& arrival : all_of(rate, spacing, 1)) {
      ASSERT_TRUE(arrival.at <= 1s || arrival.at >= 2s) << core::to_seconds(arrival.at);
    }
  }
}

TEST(Arrivals, PoissonGapsAreExponential) {
  const Curve rate({{200, 0s, 0s}}, 1'000s);
  const auto arrivals = all_of(rate, Spacing::poisson, 7);
  // 200,000 expected, deviation 447.
  EXPECT_NEAR(static_cast<double>(arrivals.size()), 200'000, 4 * 447);
  std::vector<double> gaps;
  for (std::size_t i = 1; i < arrivals.size(); ++i)
    gaps.push_back(core::to_seconds(arrivals[i].at - arrivals[i - 1].at));
  std::sort(gaps.begin(), gaps.end());
  const auto quantile = [&](double q) {
    return gaps[static_cast<std::size_t>(q * static_cast<double>(gaps.size()))];
  };
  EXPECT_NEAR(quantile(0.5), std::log(2) / 200, 0.02 * std::log(2) / 200);
  EXPECT_NEAR(quantile(0.9), std::log(10) / 200, 0.02 * std::log(10) / 200);
  EXPECT_NEAR(quantile(0.99), std::log(100) / 200, 0.04 * std::log(100) / 200);
}

TEST(Arrivals, PoissonCountsInSecondsVaryAsTheirMean) {
  const Curve rate({{50, 0s, 0s}}, 2'000s);
  std::vector<double> counts(2'000);
  for (const Arrival& arrival : all_of(rate, Spacing::poisson, 11))
    counts[static_cast<std::size_t>(core::to_seconds(arrival.at))] += 1;
  double mean = 0;
  for (const double c : counts) mean += c / 2'000;
  double variance = 0;
  for (const double c : counts) variance += (c - mean) * (c - mean) / 2'000;
  EXPECT_NEAR(mean, 50, 0.7);
  EXPECT_NEAR(variance / mean, 1, 0.12);
}

TEST(Arrivals, TheSeedMakesTheSequence) {
  const Curve rate({{20, 5s, 5s}}, 10s);
  EXPECT_EQ(times_of(all_of(rate, Spacing::poisson, 3)), times_of(all_of(rate, Spacing::poisson, 3)));
  EXPECT_NE(times_of(all_of(rate, Spacing::poisson, 3)), times_of(all_of(rate, Spacing::poisson, 4)));
}

/// One shard and eight send the same work at the same times.
TEST(Arrivals, SharesAddUpToTheWhole) {
  const Curve rate({{30, 4s, 1s}, {5, 0s, 2s}, {80, 3s, 0s}}, 12s);
  for (const Spacing spacing : {Spacing::even, Spacing::poisson}) {
    const auto whole = times_of(all_of(rate, spacing, 9));
    for (std::uint32_t count = 1; count <= 8; ++count) {
      std::vector<core::Duration> joined(whole.size());
      std::size_t total = 0;
      for (std::uint32_t k = 0; k < count; ++k) {
        for (const Arrival& arrival : all_of(rate, spacing, 9, {k, count})) {
          ASSERT_LT(arrival.number, joined.size());
          joined[arrival.number] = arrival.at;
          ++total;
        }
      }
      ASSERT_EQ(total, whole.size());
      ASSERT_EQ(joined, whole);
    }
  }
}

}  // namespace
}  // namespace soundcheck::shape
