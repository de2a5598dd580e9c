#include "protocols/audio/word_error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace soundcheck::audio {
namespace {

TEST(WordErrorRate, HandComputed) {
  EXPECT_DOUBLE_EQ(word_error_rate("check my balance", "check my balance"), 0.0);
  EXPECT_DOUBLE_EQ(word_error_rate("check my balance", "check your balance"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(word_error_rate("check my balance", "check balance"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(word_error_rate("check my balance", "please check my balance"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(word_error_rate("check my balance", ""), 1.0);
  EXPECT_DOUBLE_EQ(word_error_rate("yes please", "no thank you please"), 3.0 / 2);
  EXPECT_DOUBLE_EQ(word_error_rate("one two three four", "two three four one"), 2.0 / 4);
}

TEST(WordErrorRate, EmptyReference) {
  EXPECT_DOUBLE_EQ(word_error_rate("", ""), 0.0);
  EXPECT_DOUBLE_EQ(word_error_rate(" .,! ", "  "), 0.0);
  EXPECT_DOUBLE_EQ(word_error_rate("", "hello there"), 1.0);
}

TEST(WordErrorRate, CaseAndPunctuationDoNotCount) {
  EXPECT_DOUBLE_EQ(word_error_rate("What's the weather, today?", "whats  the weather today"), 0.0);
  EXPECT_DOUBLE_EQ(word_error_rate("cold-hearted", "cold hearted"), 0.0);
  EXPECT_DOUBLE_EQ(word_error_rate("caf\xC3\xA9 24", "Caf\xC3\xA9 24."), 0.0);
}

using Words = std::vector<int>;

/// Straight from the definition: try every edit.
std::size_t distance(const Words& a, const Words& b, std::size_t i, std::size_t j) {
  if (i == a.size()) return b.size() - j;
  if (j == b.size()) return a.size() - i;
  if (a[i] == b[j]) return distance(a, b, i + 1, j + 1);
  return 1 + std::min({distance(a, b, i + 1, j + 1), distance(a, b, i + 1, j), distance(a, b, i, j + 1)});
}

std::string spoken(const Words& words) {
  std::string text;
  for (const int word : words) text += std::string(1, static_cast<char>('a' + word)) + " ";
  return text;
}

TEST(WordErrorRate, AgreesWithBruteForce) {
  std::mt19937_64 random(42);
  const auto some_words = [&](int least) {
    Words words(std::uniform_int_distribution<std::size_t>(static_cast<std::size_t>(least), 6)(random));
    for (int& word : words) word = std::uniform_int_distribution<int>(0, 2)(random);
    return words;
  };
  for (int round = 0; round < 500; ++round) {
    const Words reference = some_words(1);
    const Words hypothesis = some_words(0);
    const double expected =
        static_cast<double>(distance(reference, hypothesis, 0, 0)) / static_cast<double>(reference.size());
    ASSERT_DOUBLE_EQ(word_error_rate(spoken(reference), spoken(hypothesis)), expected)
        << spoken(reference) << "| " << spoken(hypothesis);
  }
}

}  // namespace
}  // namespace soundcheck::audio
