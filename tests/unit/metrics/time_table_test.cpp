#include "runner/metrics/time_table.hpp"

#include <gtest/gtest.h>

namespace soundcheck::metrics {
namespace {

TEST(TimeTable, HoldsThePercentilesInOrder) {
  Histogram histogram;
  for (std::int64_t ms = 1; ms <= 1000; ++ms) histogram.record(ms);
  const TimeTable table = time_table(histogram);
  EXPECT_EQ(table.count, 1000u);
  EXPECT_DOUBLE_EQ(table.mean, 0.0005005);
  EXPECT_EQ(table.min, 1e-6);
  EXPECT_EQ(table.max, 1e-3);
  EXPECT_EQ(table.median(), 500e-6);
  EXPECT_EQ(table.at_quantile[1], 660e-6);
  EXPECT_EQ(table.at_quantile[5], 950e-6);
  EXPECT_EQ(table.at_quantile[8], 999e-6);
  EXPECT_EQ(table.at_quantile.back(), 1e-3);
}

TEST(TimeTable, IsZeroWithoutValues) {
  const TimeTable table = time_table(Histogram{});
  EXPECT_EQ(table.count, 0u);
  EXPECT_EQ(table.mean, 0);
  EXPECT_EQ(table.at_quantile.back(), 0);
}

TEST(TimeTable, OfTwoTheWorseOneStands) {
  Histogram slow;
  slow.record(900, 2);
  Histogram wide;
  wide.record(100);
  wide.record(1'000);
  const TimeTable joined = worse_of(time_table(slow), time_table(wide));
  EXPECT_EQ(joined.count, 4u);
  EXPECT_EQ(joined.median(), 900e-6);
  EXPECT_EQ(joined.min, 100e-6);
  EXPECT_EQ(joined.max, 1e-3);
  EXPECT_EQ(joined.mean, 900e-6);
  EXPECT_EQ(worse_of(TimeTable{}, time_table(slow)).min, 900e-6) << "no values say nothing";
  EXPECT_EQ(worse_of(time_table(slow), TimeTable{}).min, 900e-6);
}

}  // namespace
}  // namespace soundcheck::metrics
