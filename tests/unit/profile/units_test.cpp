#include "runner/profile/units.hpp"

#include <chrono>
#include <cmath>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace soundcheck::profile {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("7ns").value, 7ns);
  EXPECT_EQ(parse_duration("7us").value, 7us);
  EXPECT_EQ(parse_duration("7ms").value, 7ms);
  EXPECT_EQ(parse_duration("7s").value, 7s);
  EXPECT_EQ(parse_duration("7m").value, 7min);
  EXPECT_EQ(parse_duration("7h").value, 7h);
  EXPECT_EQ(parse_duration("1h30m").value, 90min);
  EXPECT_EQ(parse_duration("1m30s").value, 90s);
  EXPECT_EQ(parse_duration("1.5s").value, 1500ms);
  EXPECT_EQ(parse_duration("0.25ms").value, 250us);
  EXPECT_EQ(parse_duration("0s").value, 0s);
}

TEST(Duration, RefusesWhatIsNoDuration) {
  for (const char* text :
       {"", "s", "1", "1.s", ".5s", "1 s", "1x", "-1s", "1s1s", "1s1m", "1e3s", "1s ms", "s1"}) {
    const Parsed<Duration> parsed = parse_duration(text);
    EXPECT_FALSE(parsed.value.has_value()) << text;
    EXPECT_FALSE(parsed.message.empty()) << text;
    EXPECT_FALSE(parsed.hint.empty()) << text;
  }
}

TEST(Duration, ReadsBackWhatItWrites) {
  std::mt19937_64 random(20240917);
  for (int i = 0; i < 20'000; ++i) {
    // Shifting spreads the values over all magnitudes; the result stays below 292 years of nanoseconds.
    const Duration d{static_cast<std::int64_t>((random() >> 1) >> (random() % 63))};
    const std::string text = to_text(d);
    ASSERT_EQ(parse_duration(text).value, d) << text;
  }
}

TEST(Duration, FractionsRoundToTheNearestNanosecond) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 5'000; ++i) {
    const std::int64_t ns = static_cast<std::int64_t>(random() % 1'000'000'000'000);
    const std::string text = fmt::format("{}.{:09}s", ns / 1'000'000'000, ns % 1'000'000'000);
    ASSERT_EQ(parse_duration(text).value, Duration{ns}) << text;
  }
}

TEST(PauseText, IsADurationARangeOrADistribution) {
  const auto range = parse_pause("500ms..1.5s").value;
  ASSERT_TRUE(range.has_value());
  EXPECT_EQ(range->kind(), Pause::Kind::uniform);
  EXPECT_EQ(range->first(), 500ms);
  EXPECT_EQ(range->second(), 1500ms);
  const auto constant = parse_pause("2s").value;
  ASSERT_TRUE(constant.has_value());
  EXPECT_EQ(constant->kind(), Pause::Kind::constant);
  EXPECT_EQ(constant->mean(), 2s);
  const auto normal = parse_pause("normal(2s, 500ms)").value;
  ASSERT_TRUE(normal.has_value());
  EXPECT_EQ(normal->kind(), Pause::Kind::normal);
  EXPECT_EQ(normal->first(), 2s);
  EXPECT_EQ(normal->second(), 500ms);
  const auto exponential = parse_pause("exponential( 3s )").value;
  ASSERT_TRUE(exponential.has_value());
  EXPECT_EQ(exponential->kind(), Pause::Kind::exponential);
  EXPECT_EQ(exponential->mean(), 3s);
  for (const char* text : {"1s..", "..1s", "1s...2s", "normal(2s)", "normal 2s", "exponential(1s, 2s)",
                           "exponential()", "poisson(2s)"}) {
    EXPECT_FALSE(parse_pause(text).value.has_value()) << text;
  }
}

TEST(RateText, ReadsEveryUnit) {
  EXPECT_DOUBLE_EQ(parse_rate("5/s").value->per_second, 5);
  EXPECT_DOUBLE_EQ(parse_rate("300/min").value->per_second, 5);
  EXPECT_DOUBLE_EQ(parse_rate("1800/h").value->per_second, 0.5);
  EXPECT_DOUBLE_EQ(parse_rate("0.5/s").value->per_second, 0.5);
  for (const char* text : {"", "5", "/s", "5/", "5s", "5/m", "-5/s", "5/s/s"}) {
    EXPECT_FALSE(parse_rate(text).value.has_value()) << text;
  }
}

TEST(RateText, ReadsBackWhatItWrites) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> magnitude(0, 5);
  for (int i = 0; i < 2'000; ++i) {
    const Rate rate{std::pow(10.0, magnitude(random))};
    ASSERT_EQ(parse_rate(to_text(rate)).value->per_second, rate.per_second);
  }
}

TEST(Bytes, ThousandsAndPowersOfTwoDiffer) {
  EXPECT_DOUBLE_EQ(*parse_bytes("3B").value, 3);
  EXPECT_DOUBLE_EQ(*parse_bytes("50KB").value, 50e3);
  EXPECT_DOUBLE_EQ(*parse_bytes("50MB").value, 50e6);
  EXPECT_DOUBLE_EQ(*parse_bytes("4GB").value, 4e9);
  EXPECT_DOUBLE_EQ(*parse_bytes("1KiB").value, 1024);
  EXPECT_DOUBLE_EQ(*parse_bytes("1MiB").value, 1048576);
  EXPECT_DOUBLE_EQ(*parse_bytes("1.5GiB").value, 1610612736);
  for (const char* text : {"", "50", "MB", "50mb", "-1MB", "1MBs"}) {
    EXPECT_FALSE(parse_bytes(text).value.has_value()) << text;
  }
}

TEST(Ratio, PercentAndPlain) {
  EXPECT_DOUBLE_EQ(*parse_ratio("99%").value, 0.99);
  EXPECT_DOUBLE_EQ(*parse_ratio("0.8").value, 0.8);
  EXPECT_DOUBLE_EQ(*parse_ratio("99.9 %").value, 0.999);
  for (const char* text : {"", "%", "99%%", "-1%", "0.8x", "200ms"}) {
    EXPECT_FALSE(parse_ratio(text).value.has_value()) << text;
  }
}

}  // namespace
}  // namespace soundcheck::profile
