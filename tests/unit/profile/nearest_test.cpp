#include "runner/profile/nearest.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace soundcheck::profile {
namespace {

TEST(EditDistance, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("users", "users"), 0U);
  EXPECT_EQ(edit_distance("user", "users"), 1U);
  EXPECT_EQ(edit_distance("useers", "users"), 1U);
  EXPECT_EQ(edit_distance("usors", "users"), 1U);
  EXPECT_EQ(edit_distance("usesr", "users"), 1U);
  EXPECT_EQ(edit_distance("", "users"), 5U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(EditDistance, IsSymmetricAndBounded) {
  std::mt19937 random(3);
  auto word = [&] {
    std::string out(random() % 12, ' ');
    for (char& c : out) c = static_cast<char>('a' + random() % 4);
    return out;
  };
  for (int i = 0; i < 5'000; ++i) {
    const std::string a = word(), b = word();
    const std::size_t distance = edit_distance(a, b);
    ASSERT_EQ(distance, edit_distance(b, a)) << a << " " << b;
    ASSERT_LE(distance, std::max(a.size(), b.size()));
    ASSERT_EQ(distance == 0, a == b);
  }
}

TEST(NearestHint, NamesTheClosestOrAll) {
  const std::vector<std::string> known{"users", "spawn_rate"};
  EXPECT_EQ(nearest_hint("user", known), "did you mean \"users\"?");
  EXPECT_EQ(nearest_hint("USERS", known), "did you mean \"users\"?");
  EXPECT_EQ(nearest_hint("spawnrate", known), "did you mean \"spawn_rate\"?");
  EXPECT_EQ(nearest_hint("colour", known), "known: users, spawn_rate");
  EXPECT_EQ(nearest_hint(std::string(10'000, 'u'), known), "known: users, spawn_rate");
  EXPECT_EQ(nearest_hint("x", {}), "");
}

}  // namespace
}  // namespace soundcheck::profile
