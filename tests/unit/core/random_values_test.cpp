#include "protocols/core/random_values.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <regex>
#include <set>
#include <vector>

namespace soundcheck::core {
namespace {

template <class Append>
std::vector<std::string> draw(int n, Append append, std::uint64_t seed = 7) {
  Random random(seed);
  std::vector<std::string> out(static_cast<std::size_t>(n));
  for (std::string& text : out) append(text, random);
  return out;
}

std::set<std::string> distinct(const std::vector<std::string>& values) {
  return {values.begin(), values.end()};
}

void expect_all_match(const std::vector<std::string>& values, const std::string& pattern) {
  const std::regex regex(pattern);
  for (const std::string& value : values) EXPECT_TRUE(std::regex_match(value, regex)) << value;
}

TEST(RandomValues, IntegersCoverTheirRangeAndNothingElse) {
  Random random(1);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6000; ++i) {
    const std::int64_t value = random_int(random, -2, 3);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 3);
    ++seen[static_cast<std::size_t>(value + 2)];
  }
  // 1,000 each are expected, with a deviation of 29.
  for (const int n : seen) EXPECT_NEAR(n, 1000, 150);
}

TEST(RandomValues, IntegersMayUseTheWholeType) {
  using Limits = std::numeric_limits<std::int64_t>;
  Random random(2);
  bool below_zero = false;
  bool above_zero = false;
  for (int i = 0; i < 100; ++i) {
    const std::int64_t value = random_int(random, Limits::min(), Limits::max());
    below_zero = below_zero || value < 0;
    above_zero = above_zero || value > 0;
  }
  EXPECT_TRUE(below_zero);
  EXPECT_TRUE(above_zero);
  EXPECT_EQ(random_int(random, 5, 5), 5);
  EXPECT_EQ(random_int(random, 5, 4), 5);
}

TEST(RandomValues, PhoneNumbersAreE164AndFictional) {
  const auto numbers = draw(5000, append_phone);
  expect_all_match(numbers, R"(\+1[2-9][0-8][0-9]55501[0-9]{2})");
  for (const std::string& number : numbers) {
    const std::string area = number.substr(2, 3);
    EXPECT_NE(area.substr(1), "11") << "a service code: " << number;
    EXPECT_NE(area, "800");
    EXPECT_NE(area, "888");
    EXPECT_NE(area, "900");
  }
  EXPECT_GT(distinct(numbers).size(), 4500U);
}

TEST(RandomValues, NamesAndAddressesAreAscii) {
  expect_all_match(draw(500, append_name), "[A-Z][a-z]+ [A-Z][a-z]+");
  const auto addresses = draw(1000, append_email);
  expect_all_match(addresses, R"([a-z]+\.[a-z]+\.[0-9]{8}@example\.com)");
  EXPECT_GE(distinct(addresses).size(), 999U);
}

TEST(RandomValues, SentencesNeedNoEscapingInJsonOrCsv) {
  const auto sentences = draw(500, append_sentence);
  for (const std::string& sentence : sentences) {
    EXPECT_EQ(sentence.find_first_of("\"\\\r\n\t"), std::string::npos) << sentence;
    EXPECT_EQ(sentence.back(), '.');
    const auto words = std::count(sentence.begin(), sentence.end(), ' ') + 1;
    EXPECT_GE(words, 5) << sentence;
    EXPECT_LE(words, 21) << sentence;
  }
  EXPECT_GT(distinct(sentences).size(), 200U);
}

TEST(RandomValues, ChoicesAreEquallyLikely) {
  const std::vector<std::string> choices{"a", "b", "c"};
  Random random(3);
  std::string out;
  for (int i = 0; i < 3000; ++i) append_choice(out, random, choices);
  for (const char c : {'a', 'b', 'c'}) EXPECT_NEAR(std::count(out.begin(), out.end(), c), 1000, 130);
  std::string none;
  append_choice(none, random, {});
  EXPECT_EQ(none, "");
}

TEST(RandomValues, UuidsAreVersion4AndDistinct) {
  const auto uuids = draw(2000, append_uuid);
  expect_all_match(uuids, "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  EXPECT_EQ(distinct(uuids).size(), uuids.size());
}

TEST(RandomValues, TheSameSeedGivesTheSameValues) {
  const auto all = [](std::string& out, Random& random) {
    append_name(out, random);
    append_phone(out, random);
    append_email(out, random);
    append_sentence(out, random);
    append_uuid(out, random);
    append_int(out, random, 1, 1000);
  };
  EXPECT_EQ(draw(20, all, 11), draw(20, all, 11));
  EXPECT_NE(draw(20, all, 11), draw(20, all, 12));
}

TEST(RandomValues, TimesAreIso8601InUtc) {
  using namespace std::chrono;
  const auto text = [](sys_seconds time) {
    std::string out;
    append_iso_time(out, time);
    return out;
  };
  EXPECT_EQ(text(sys_seconds{0s}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text(sys_seconds{951'827'696s}), "2000-02-29T12:34:56Z");
  EXPECT_EQ(text(sys_seconds{-1s}), "1969-12-31T23:59:59Z");
}

}  // namespace
}  // namespace soundcheck::core
