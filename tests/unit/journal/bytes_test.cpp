#include "runner/journal/bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace soundcheck::journal {
namespace {

TEST(Bytes, EveryValueComesBack) {
  const std::uint64_t numbers[] = {0, 1, 127, 128, 16'383, 16'384, std::numeric_limits<std::uint64_t>::max()};
  const std::int64_t signed_numbers[] = {
      0, -1, 1, -64, 64, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  const double reals[] = {0, -0.0, 1.5, -1e300, std::numeric_limits<double>::infinity()};
  ByteWriter out;
  for (const auto n : numbers) out.number(n);
  for (const auto n : signed_numbers) out.signed_number(n);
  for (const double r : reals) out.real(r);
  out.truth(true);
  out.text("");
  out.text(std::string("a\0b", 3));
  ByteReader in(out.bytes());
  for (const auto n : numbers) EXPECT_EQ(in.number(), n);
  for (const auto n : signed_numbers) EXPECT_EQ(in.signed_number(), n);
  for (const double r : reals) EXPECT_EQ(in.real(), r);
  EXPECT_TRUE(in.truth());
  EXPECT_EQ(in.text(), "");
  EXPECT_EQ(in.text(), std::string("a\0b", 3));
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.at_end());
}

TEST(Bytes, SmallNumbersAreSmall) {
  ByteWriter out;
  out.number(127);
  out.signed_number(-64);
  EXPECT_EQ(out.bytes().size(), 2U);
}

TEST(Bytes, PastTheEndThereAreZeroesAndItIsSaid) {
  ByteReader in("");
  EXPECT_EQ(in.number(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.real(), 0);
  EXPECT_EQ(in.text(), "");
}

TEST(Bytes, ALengthBeyondTheEndIsRefused) {
  ByteWriter out;
  out.number(1'000'000'000);
  ByteReader in(out.bytes());
  EXPECT_EQ(in.text(), "");
  EXPECT_FALSE(in.ok());
}

TEST(Bytes, GarbageIsReadToItsEndAndNoFurther) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ByteReader in(bytes);
    for (int i = 0; i < 100; ++i) {
      switch (random() % 4) {
        case 0:
          in.number();
          break;
        case 1:
          in.real();
          break;
        case 2:
          EXPECT_LE(in.text().size(), bytes.size());
          break;
        default:
          EXPECT_LE(in.count(), bytes.size());
      }
    }
    EXPECT_FALSE(in.ok());
  }
}

}  // namespace
}  // namespace soundcheck::journal
