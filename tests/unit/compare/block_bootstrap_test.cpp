#include "runner/compare/block_bootstrap.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "runner/trend/order.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::compare {
namespace {

/// The rule's answer for AR(1) noise of 2,000 rows: the median of eleven series.
double usual_length(double persistence) {
  std::vector<double> lengths;
  for (std::uint64_t seed = 0; seed < 11; ++seed) {
    core::Random random{seed};
    test_support::Noise maker{random, 1, persistence};
    std::vector<double> values(2000);
    for (double& value : values) value = maker.next();
    lengths.push_back(static_cast<double>(block_length(values)));
  }
  return trend::median(lengths);
}

TEST(BlockLength, IsThatOfTheFormulaForAr1) {
  // Of Patton, Politis and White: cbrt(6 n (phi / (1 - phi^2))^2), which is 17 for 0.5 and 65 for 0.9.
  EXPECT_LE(usual_length(0), 3);
  EXPECT_NEAR(usual_length(0.5), 17, 5);
  EXPECT_NEAR(usual_length(0.9), 65, 25);
}

TEST(BlockLength, ShortOrConstantSeriesHaveNone) {
  EXPECT_EQ(block_length(std::vector<double>{1, 2, 3}), 1U);
  EXPECT_EQ(block_length(std::vector<double>(500, 7.0)), 1U);
}

TEST(DrawBlocks, DrawsAsManyRowsAsThereAreInRuns) {
  core::Random random{5};
  for (const std::size_t length : {1U, 7U, 50U}) {
    const std::vector<std::uint32_t> times = draw_blocks(50, length, random);
    EXPECT_EQ(std::accumulate(times.begin(), times.end(), 0U), 50U);
  }
  // One block of the whole length is the series itself, turned.
  EXPECT_EQ(draw_blocks(50, 50, random), std::vector<std::uint32_t>(50, 1));
}

}  // namespace
}  // namespace soundcheck::compare
