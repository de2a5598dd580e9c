#include "runner/shape/share.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "protocols/core/random.hpp"

namespace soundcheck::shape {
namespace {

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
      for (std::uint64_t local = 0; local < mine; ++local) {
        users.push_back(share.global(local));
        ASSERT_TRUE(share.owns(users.back()));
      }
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
