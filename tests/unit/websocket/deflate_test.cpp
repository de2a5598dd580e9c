#include "protocols/websocket/deflate.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <vector>

#include "protocols/core/random.hpp"

namespace soundcheck::websocket {
namespace {

using Result = Inflater::Result;

constexpr std::size_t plenty = 10'000'000;

std::string deflated(Deflater& deflater, std::string_view message) {
  std::string out;
  deflater.deflate(message, out);
  return out;
}

std::string inflated(Inflater& inflater, std::string_view compressed) {
  std::string out;
  EXPECT_EQ(inflater.inflate(compressed, plenty, out), Result::ok);
  return out;
}

/// Text that repeats itself, and noise.
std::string some_message(core::Random& random) {
  std::string text(random.below(4) == 0 ? random.below(200'000) : random.below(500), 'a');
  const std::uint64_t letters = 1 + random.below(256);
  for (char& c : text) c = static_cast<char>(random.below(letters));
  return text;
}

class Settings : public testing::TestWithParam<Compression> {};

TEST_P(Settings, WhatIsDeflatedCanBeInflated) {
  core::Random random(GetParam().own_window_bits);
  Deflater deflater(GetParam());
  Inflater inflater({GetParam().keep_peer_context, GetParam().keep_own_context, 15});
  for (int i = 0; i < 200; ++i) {
    const std::string message = some_message(random);
    ASSERT_TRUE(inflated(inflater, deflated(deflater, message)) == message) << "message " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Settings,
                         testing::Values(Compression{false, false, 15}, Compression{true, true, 15},
                                         Compression{false, false, 8}, Compression{true, true, 9},
                                         Compression{true, false, 12}));

/// RFC 7692, section 7.2.3: these bytes are "Hello" in different blocks.
TEST(Inflater, TheRfcsExamples) {
  using namespace std::string_literals;
  Inflater inflater(Compression{});
  EXPECT_EQ(inflated(inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello") << "7.2.3.1, one block";
  EXPECT_EQ(inflated(inflater, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s), "Hello")
      << "7.2.3.3, not compressed";
  EXPECT_EQ(inflated(inflater, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s), "Hello") << "7.2.3.4, a last block";
  EXPECT_EQ(inflated(inflater, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s), "Hello")
      << "7.2.3.5, two blocks";
  EXPECT_EQ(inflated(inflater, "\x00"s), "") << "7.2.3.6, an empty message";
}

TEST(Inflater, AKeptContextIsReferredTo) {
  using namespace std::string_literals;
  Inflater keeps(Compression{false, true, 15});
  EXPECT_EQ(inflated(keeps, "\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");
  EXPECT_EQ(inflated(keeps, "\xf2\x00\x11\x00\x00"s), "Hello") << "7.2.3.2, sharing the window";
  Inflater forgets(Compression{});
  EXPECT_EQ(inflated(forgets, "\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");
  std::string out;
  EXPECT_EQ(forgets.inflate("\xf2\x00\x11\x00\x00"s, plenty, out), Result::broken);
}

TEST(Deflater, AKeptContextMakesTheSecondMessageSmall) {
  core::Random random(1);
  std::string message(1'000, ' ');
  for (char& c : message) c = static_cast<char>(random.next());
  Deflater keeps(Compression{true, true, 15});
  EXPECT_GT(deflated(keeps, message).size(), 990U);
  EXPECT_LT(deflated(keeps, message).size(), 50U);
  Deflater forgets(Compression{});
  deflated(forgets, message);
  EXPECT_GT(deflated(forgets, message).size(), 990U);
}

/// With a window of 2^8 bytes no reference may go further back. zlib itself refuses to if told so.
TEST(Deflater, StaysInsideTheSmallestWindow) {
  core::Random random(3);
  std::string block(300, ' ');
  for (char& c : block) c = static_cast<char>(random.next());
  Deflater small(Compression{true, false, 8});
  const std::string compressed = deflated(small, block + block + block);
  EXPECT_GT(compressed.size(), 850U) << "a larger window would have found the repetition";
}

TEST(Inflater, WhatIsCutShortIsBroken) {
  Deflater deflater(Compression{});
  core::Random random(4);
  const std::string message =
      "a message that is long enough to be cut, cut, cut anywhere: " + std::to_string(random.next()) +
      std::to_string(random.next());
  const std::string whole = deflated(deflater, message);
  Inflater inflater(Compression{});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    std::string out;
    const Result result = inflater.inflate(whole.substr(0, size), plenty, out);
    // Only the padding behind the last block may be missing.
    EXPECT_TRUE(result == Result::broken || out == message) << size;
    EXPECT_TRUE(result == Result::broken || size + 1 >= whole.size()) << size;
  }
  EXPECT_EQ(inflated(inflater, whole), message) << "a broken message does not spoil the next one";
}

TEST(Inflater, GarbageIsBrokenAndNeverMuch) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    core::Random random(seed);
    std::string garbage(1 + random.below(100), ' ');
    for (char& c : garbage) c = static_cast<char>(random.next());
    Inflater inflater(Compression{});
    std::string out;
    inflater.inflate(garbage, 100'000, out);
    EXPECT_LE(out.size(), 100'000U + 16 * 1024) << seed;
  }
  using namespace std::string_literals;
  Inflater inflater(Compression{});
  std::string out;
  EXPECT_EQ(inflater.inflate("\xff\xff\xff"s, plenty, out), Result::broken);
}

TEST(Inflater, ABombIsNotUnfolded) {
  Deflater deflater(Compression{});
  const std::string bomb = deflated(deflater, std::string(50'000'000, '\0'));
  EXPECT_LT(bomb.size(), 250'000U);
  Inflater inflater(Compression{});
  std::string out;
  EXPECT_EQ(inflater.inflate(bomb, 1'000'000, out), Result::too_large);
  EXPECT_LE(out.size(), 1'000'000U + 16 * 1024);
  Deflater another(Compression{});
  EXPECT_EQ(inflated(inflater, deflated(another, "and on")), "and on");
}

TEST(Inflater, ExactlyTheLongestPasses) {
  Deflater deflater(Compression{});
  const std::string compressed = deflated(deflater, std::string(40'000, 'x'));
  Inflater inflater(Compression{});
  std::string out;
  EXPECT_EQ(inflater.inflate(compressed, 40'000, out), Result::ok);
  out.clear();
  EXPECT_EQ(inflater.inflate(compressed, 39'999, out), Result::too_large);
}

}  // namespace
}  // namespace soundcheck::websocket
