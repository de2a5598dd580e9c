#include "runner/shape/spawn.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "protocols/core/random.hpp"

namespace soundcheck::shape {
namespace {

using namespace std::chrono_literals;

TEST(SpawnOffset, CountsFromTheIndex) {
  EXPECT_EQ(spawn_offset(0, 10), 0ns);
  EXPECT_EQ(spawn_offset(1, 10), 100ms);
  EXPECT_EQ(spawn_offset(25, 10), 2'500ms);
  EXPECT_EQ(spawn_offset(1, 0.5), 2s);
  EXPECT_EQ(spawn_offset(1, 3), 333'333'333ns);
  EXPECT_EQ(spawn_offset(3, 3), 1s);
}

TEST(SpawnOffset, DoesNotDriftOverAMillionUsers) {
  for (const double rate : {3.0, 7.0, 0.3, 1'000.0, 33.3}) {
    core::Duration before{-1};
    for (std::uint64_t i = 0; i <= 1'000'000; ++i) {
      const core::Duration offset = spawn_offset(i, rate);
      ASSERT_GT(offset, before) << "at user " << i << " of rate " << rate;
      before = offset;
    }
    const double exact = 1'000'000 / rate;
    EXPECT_NEAR(core::to_seconds(before), exact, 1e-9 * std::max(1.0, exact * 1e-6)) << rate;
  }
}

/// Every user belongs to exactly one shard, whatever the counts.
TEST(Share, UsersAreDealtOutExactly) {
  core::Random random(1);
  for (int round = 0; round < 500; ++round) {
    const std::uint64_t total = random.below(3'000);
    const auto count = static_cast<std::uint32_t>(1 + random.below(40));
    std::vector<std::uint64_t> users;
    std::uint64_t smallest = total;
    std::uint64_t largest = 0;
    for (std::uint32_t k = 0; k < count; ++k) {
      const Share share{k, count};
      const std::uint64_t mine = share.size_of(total);
      smallest = std::min(smallest, mine);
      largest = std::max(largest, mine);
      for (std::uint64_t local = 0; local < mine; ++local) users.push_back(share.global(local));
    }
    ASSERT_EQ(users.size(), total) << total << " over " << count;
    ASSERT_LE(largest - smallest, 1u) << "the shares are even";
    std::sort(users.begin(), users.end());
    for (std::uint64_t i = 0; i < total; ++i) ASSERT_EQ(users[i], i) << total << " over " << count;
  }
}

TEST(Share, OneShardHasAll) {
  const Share all;
  EXPECT_EQ(all.size_of(17), 17u);
  EXPECT_EQ(all.global(5), 5u);
}

}  // namespace
}  // namespace soundcheck::shape
