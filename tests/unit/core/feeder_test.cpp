#include "protocols/core/feeder.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace soundcheck::core {
namespace {

using Rows = std::vector<std::uint64_t>;

Rows take(Feeder feeder, std::size_t most) {
  Rows rows;
  while (rows.size() < most) {
    const auto row = feeder.next();
    if (!row) break;
    rows.push_back(*row);
  }
  return rows;
}

TEST(Feeder, UniqueRowsAreSplitExactly) {
  Random random(4);
  for (int round = 0; round < 300; ++round) {
    const std::uint64_t rows = 1 + random.below(200);
    const std::uint64_t takers = 1 + random.below(40);
    std::vector<int> taken(rows);
    for (std::uint64_t i = 0; i < takers; ++i) {
      const Rows mine = take(Feeder(FeedOrder::unique, rows, {i, takers}, 1), rows + 1);
      EXPECT_EQ(mine.size(), rows / takers + (i < rows % takers ? 1 : 0));
      for (const std::uint64_t row : mine) ++taken.at(row);
    }
    for (const int n : taken) ASSERT_EQ(n, 1) << rows << " rows, " << takers << " takers";
  }
}

TEST(Feeder, UniqueStaysUsedUp) {
  Feeder feeder(FeedOrder::unique, 1, {0, 1}, 1);
  EXPECT_EQ(feeder.next(), 0U);
  EXPECT_EQ(feeder.next(), std::nullopt);
  EXPECT_EQ(feeder.next(), std::nullopt);
  EXPECT_EQ(Feeder(FeedOrder::unique, 3, {3, 8}, 1).next(), std::nullopt);
}

TEST(Feeder, CircularTakersTogetherGoRoundInOrder) {
  Random random(5);
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t rows = 1 + random.below(50);
    const std::uint64_t takers = 1 + random.below(70);
    std::vector<Feeder> feeders;
    for (std::uint64_t i = 0; i < takers; ++i)
      feeders.emplace_back(FeedOrder::circular, rows, FeedShare{i, takers}, 1);
    for (std::uint64_t n = 0; n < 5 * takers; ++n)
      ASSERT_EQ(feeders[n % takers].next(), n % rows) << rows << " rows, " << takers << " takers, draw " << n;
  }
}

TEST(Feeder, NumbersNearTheEndOfTheTypeDoNotOverflow) {
  const std::uint64_t most = ~std::uint64_t{0};
  EXPECT_EQ(take(Feeder(FeedOrder::circular, 7, {most - 1, most}, 1), 3).size(), 3U);
  EXPECT_EQ(take(Feeder(FeedOrder::unique, 7, {2, most / 2}, 1), 3), Rows{2});
}

TEST(Feeder, RandomRowsAreEquallyLikelyAndSeeded) {
  const Rows rows = take(Feeder(FeedOrder::random, 5, {1, 3}, 9), 5000);
  std::map<std::uint64_t, int> times;
  for (const std::uint64_t row : rows) ++times[row];
  ASSERT_EQ(times.size(), 5U);
  for (const auto& [row, n] : times) EXPECT_NEAR(n, 1000, 150) << row;
  EXPECT_EQ(take(Feeder(FeedOrder::random, 5, {1, 3}, 9), 50), Rows(rows.begin(), rows.begin() + 50));
  EXPECT_NE(take(Feeder(FeedOrder::random, 5, {2, 3}, 9), 50), Rows(rows.begin(), rows.begin() + 50));
  EXPECT_NE(take(Feeder(FeedOrder::random, 5, {1, 3}, 8), 50), Rows(rows.begin(), rows.begin() + 50));
}

}  // namespace
}  // namespace soundcheck::core
