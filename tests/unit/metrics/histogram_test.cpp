#include "runner/metrics/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace soundcheck::metrics {
namespace {

/// Spread over all magnitudes, as latencies are: uniform in the logarithm.
std::vector<std::int64_t> spread_values(std::uint64_t seed, std::size_t n) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(0.0, std::log(static_cast<double>(Histogram::max_value)));
  std::vector<std::int64_t> values(n);
  for (std::int64_t& v : values) v = static_cast<std::int64_t>(std::exp(exponent(random)));
  return values;
}

Histogram histogram_of(const std::vector<std::int64_t>& values) {
  Histogram h;
  for (std::int64_t v : values) h.record(v);
  return h;
}

Histogram merged(Histogram a, const Histogram& b) {
  a.merge(b);
  return a;
}

TEST(Histogram, EmptyHasNoQuantileAndZeroSummary) {
  const Histogram h;
  EXPECT_EQ(h.count(), 0u);
  EXPECT_EQ(h.min(), 0);
  EXPECT_EQ(h.max(), 0);
  EXPECT_EQ(h.mean(), 0.0);
  EXPECT_FALSE(h.quantile(0.5).has_value());
}

TEST(Histogram, OneValueIsEveryQuantile) {
  Histogram h;
  h.record(123'456);
  for (double q : {0.0, 0.5, 0.999, 1.0}) EXPECT_EQ(h.quantile(q), 123'456) << q;
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram h;
  for (std::int64_t v = 1; v <= 100; ++v) h.record(v);
  EXPECT_EQ(h.quantile(0.0), 1);
  EXPECT_EQ(h.quantile(0.07), 7);  // 0.07 * 100 is above 7 in binary
  EXPECT_EQ(h.quantile(0.50), 50);
  EXPECT_EQ(h.quantile(0.95), 95);
  EXPECT_EQ(h.quantile(0.951), 96);
  EXPECT_EQ(h.quantile(0.99), 99);
  EXPECT_EQ(h.quantile(1.0), 100);
  EXPECT_DOUBLE_EQ(h.mean(), 50.5);
}

TEST(Histogram, QuantileOutsideItsRangeIsTheNearestEnd) {
  Histogram h;
  h.record(3);
  h.record(9);
  EXPECT_EQ(h.quantile(-1), 3);
  EXPECT_EQ(h.quantile(2), 9);
}

TEST(Histogram, CountedRecordEqualsRepeatedRecord) {
  Histogram once;
  once.record(5'000, 7);
  once.record(9, 0);
  Histogram repeated;
  for (int i = 0; i < 7; ++i) repeated.record(5'000);
  EXPECT_EQ(once, repeated);
}

TEST(Histogram, ValuesOutsideTheRangeCountAtItsEnds) {
  Histogram h;
  h.record(-5);
  h.record(Histogram::max_value);
  EXPECT_EQ(h.saturated(), 0u);
  h.record(Histogram::max_value + 1);
  h.record(INT64_MAX, 2);
  EXPECT_EQ(h.count(), 5u);
  EXPECT_EQ(h.saturated(), 3u);
  EXPECT_EQ(h.min(), 0);
  EXPECT_EQ(h.max(), Histogram::max_value);
  EXPECT_EQ(h.quantile(1.0), Histogram::max_value);
}

TEST(Histogram, BucketsTileTheWholeRange) {
  std::int64_t expected = 0;
  for (std::size_t i = 0; i < Histogram::size(); ++i) {
    ASSERT_EQ(Histogram::lowest_of(i), expected) << i;
    ASSERT_EQ(Histogram::index_of(expected), i);
    expected += Histogram::width_of(i);
  }
  EXPECT_GT(expected, Histogram::max_value);
}

TEST(Histogram, EveryValueLiesInItsBucketWhichIsNarrow) {
  for (std::int64_t v : spread_values(1, 100'000)) {
    const std::size_t i = Histogram::index_of(v);
    ASSERT_LE(Histogram::lowest_of(i), v);
    ASSERT_LT(v, Histogram::lowest_of(i) + Histogram::width_of(i));
    ASSERT_LE((Histogram::width_of(i) - 1) * 1024, v) << "wider than 1/1024 of the value";
  }
}

TEST(Histogram, QuantilesHaveThreeDigitsOverTheWholeRange) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<std::int64_t> values = spread_values(seed, 5'000);
    const Histogram h = histogram_of(values);
    std::sort(values.begin(), values.end());
    for (double q : {0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()) - 1e-9));
      const auto exact = static_cast<double>(values[rank - 1]);
      EXPECT_NEAR(static_cast<double>(*h.quantile(q)), exact, exact / 1000) << "seed " << seed << " q " << q;
    }
    EXPECT_EQ(h.min(), values.front());
    EXPECT_EQ(h.max(), values.back());
  }
}

TEST(Histogram, MergeEqualsRecordingAllIntoOne) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<std::int64_t> values = spread_values(seed, 3'000);
    Histogram all;
    Histogram parts[3];
    std::mt19937_64 random(seed);
    for (std::int64_t v : values) {
      all.record(v);
      parts[random() % 3].record(v);
    }
    const Histogram left = merged(merged(parts[0], parts[1]), parts[2]);
    const Histogram right = merged(parts[0], merged(parts[1], parts[2]));
    const Histogram swapped = merged(merged(parts[2], parts[0]), parts[1]);
    EXPECT_EQ(left, all);
    EXPECT_EQ(right, all);
    EXPECT_EQ(swapped, all);
  }
}

TEST(Histogram, MergingAnEmptyOneChangesNothing) {
  Histogram h = histogram_of({5, 70'000});
  const Histogram before = h;
  h.merge(Histogram{});
  EXPECT_EQ(h, before);
  EXPECT_EQ(merged(Histogram{}, before), before);
}

TEST(Histogram, MergeAddsSaturation) {
  Histogram a;
  a.record(INT64_MAX);
  EXPECT_EQ(merged(a, a).saturated(), 2u);
}

TEST(Histogram, ClearedOneIsAsNew) {
  Histogram h = histogram_of(spread_values(7, 1'000));
  h.clear();
  EXPECT_EQ(h, Histogram{});
  EXPECT_FALSE(h.quantile(0.5).has_value());
  h.record(42);
  h.record(1'000'000);
  EXPECT_EQ(h, histogram_of({42, 1'000'000}));
  Histogram never_used;
  never_used.clear();
  EXPECT_EQ(never_used, Histogram{});
}

TEST(Histogram, ForEachVisitsWhatWasRecordedInOrder) {
  const Histogram h = histogram_of({7, 7, 2'000, 1'000'000});
  std::vector<std::pair<std::int64_t, std::uint64_t>> seen;
  h.for_each([&](std::int64_t lowest, std::uint64_t n) { seen.emplace_back(lowest, n); });
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0], (std::pair<std::int64_t, std::uint64_t>{7, 2}));
  EXPECT_EQ(seen[1].first, 2'000);
  EXPECT_EQ(seen[2].first, Histogram::lowest_of(Histogram::index_of(1'000'000)));
}

TEST(Histogram, DifferentContentsAreNotEqual) {
  EXPECT_FALSE(histogram_of({1, 3, 3, 5}) == histogram_of({1, 2, 4, 5}));  // same count, sum, min and max
}

}  // namespace
}  // namespace soundcheck::metrics
