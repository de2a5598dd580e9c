#include "runner/verdict/memory_growth.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace soundcheck::verdict {
namespace {

std::vector<MemorySample> series(std::size_t n, double at0, std::uint64_t base, std::uint64_t step) {
  std::vector<MemorySample> samples;
  for (std::size_t i = 0; i < n; ++i) samples.push_back({at0 + static_cast<double>(i), base + i * step});
  return samples;
}

TEST(MemoryGrowth, ComparesTheMediansOfTheTwoEnds) {
  // 100 samples: the first ten have the median 4.5 steps, the last ten 94.5 steps.
  EXPECT_DOUBLE_EQ(*memory_growth(series(100, 0, 1'000, 10), 0).value, 900);
}

TEST(MemoryGrowth, WarmUpDoesNotCount) {
  std::vector<MemorySample> samples = series(10, 0, 0, 1'000'000);
  for (const MemorySample& s : series(50, 10, 20'000'000, 0)) samples.push_back(s);
  EXPECT_DOUBLE_EQ(*memory_growth(samples, 10).value, 0);
}

TEST(MemoryGrowth, OnePeakDoesNotDecide) {
  std::vector<MemorySample> samples = series(60, 0, 5'000, 0);
  samples[0].rss_bytes = 0;
  samples[58].rss_bytes = 1'000'000'000;
  EXPECT_DOUBLE_EQ(*memory_growth(samples, 0).value, 0);
}

TEST(MemoryGrowth, ShrinkingIsNegative) {
  std::vector<MemorySample> samples = series(3, 0, 900, 0);
  for (const MemorySample& s : series(3, 3, 400, 0)) samples.push_back(s);
  EXPECT_DOUBLE_EQ(*memory_growth(samples, 0).value, -500);
}

TEST(MemoryGrowth, TooFewSamplesAreNoData) {
  EXPECT_TRUE(memory_growth(series(6, 0, 1, 1), 0).value.has_value());
  const Figure figure = memory_growth(series(6, 0, 1, 1), 0.5);
  EXPECT_FALSE(figure.value.has_value());
  EXPECT_EQ(figure.no_data, "only 5 memory samples after the warm-up, 6 are needed: make the run longer");
}

}  // namespace
}  // namespace soundcheck::verdict
