#include "runner/report/text.hpp"

#include <gtest/gtest.h>

#include <random>

namespace soundcheck::report {
namespace {

TEST(HumanTime, PicksTheUnitThatReadsBest) {
  EXPECT_EQ(human_plan(60, 0), human_time(60));
  EXPECT_EQ(human_plan(3600, 60), human_time(3600) + " and " + human_time(60) + " of cool-down");
  EXPECT_EQ(human_time(0), "0 µs");
  EXPECT_EQ(human_time(0.00085), "850 µs");
  EXPECT_EQ(human_time(0.0009999), "1.00 ms");
  EXPECT_EQ(human_time(0.0123), "12.3 ms");
  EXPECT_EQ(human_time(0.4996), "500 ms");
  EXPECT_EQ(human_time(0.9996), "1.00 s");
  EXPECT_EQ(human_time(1.234), "1.23 s");
  EXPECT_EQ(human_time(123), "2 min 03 s");
  EXPECT_EQ(human_time(-0.05), "-50.0 ms");
}

TEST(HumanBytes, InStepsOfAThousand) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1500), "1.50 kB");
  EXPECT_EQ(human_bytes(-52'300'000), "-52.3 MB");
  EXPECT_EQ(human_bytes(3.2e15), "3200 TB");
}

TEST(HumanPercent, NeverRoundsUpToAHundred) {
  EXPECT_EQ(human_percent(1), "100 %");
  EXPECT_EQ(human_percent(0.99999), "99.99 %");
  EXPECT_EQ(human_percent(0.99), "99.00 %");
  EXPECT_EQ(human_percent(0.953), "95.30 %");
  EXPECT_EQ(human_percent(0.02), "2.00 %");
  EXPECT_EQ(human_percent(0), "0.00 %");
  EXPECT_EQ(human_percent(1.5), "150 %");
}

TEST(HumanCount, GroupsDigits) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(1000), "1,000");
  EXPECT_EQ(human_count(1'234'567), "1,234,567");
}

TEST(HumanClock, MinutesThenHours) {
  EXPECT_EQ(human_clock(-1), "0:00");
  EXPECT_EQ(human_clock(59.9), "0:59");
  EXPECT_EQ(human_clock(3599), "59:59");
  EXPECT_EQ(human_clock(3661), "1:01:01");
}

TEST(HumanValue, FollowsTheUnit) {
  EXPECT_EQ(human_value(0.2, "s", "response_time"), "200 ms");
  EXPECT_EQ(human_value(2e6, "bytes", "target.memory_growth"), "2.00 MB");
  EXPECT_EQ(human_value(50, "1/s", "api.rate"), "50.0/s");
  EXPECT_EQ(human_value(0.5, "cores", "target.cpu"), "0.50 cores");
  EXPECT_EQ(human_value(0.31, "ratio", "ai_pipeline.rtf"), "0.31");
  EXPECT_EQ(human_value(0.31, "ratio", "api.error_rate"), "31.0 %");
  EXPECT_EQ(human_value(0.31, "ratio", "monitors.machine.cpu"), "31.0 %");
  EXPECT_EQ(human_value(3e6, "bytes/s", "monitors.machine.disk_write"), "3.00 MB/s");
  EXPECT_EQ(human_value(1234, "count", "monitors.redis.queue_length"), "1,234");
  EXPECT_EQ(human_value(-2, "count", "monitors.redis.queue_length"), "-2.00");
  EXPECT_EQ(human_value(2.5, "count", "monitors.redis.queue_length"), "2.50");
}

TEST(ValidUtf8, KeepsWhatIsValid) {
  const std::string text = "plain ü € 𝄞 \n";
  EXPECT_EQ(valid_utf8(text), text);
}

TEST(ValidUtf8, ReplacesWhatIsNot) {
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a\uFFFD"
            "b");
  EXPECT_EQ(valid_utf8("\xc3"), "\uFFFD");                                // cut off
  EXPECT_EQ(valid_utf8("\xc0\xaf"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(valid_utf8("\xe0\x80\x80"), "\uFFFD\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");            // surrogate
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond U+10FFFF
  EXPECT_EQ(valid_utf8("\xe2\x82("), "\uFFFD\uFFFD(");                    // third byte missing
}

TEST(ValidUtf8, IsIdempotentOnAnyBytes) {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random() % 12, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::string once = valid_utf8(bytes);
    ASSERT_EQ(valid_utf8(once), once);
    for (const char c : printable(bytes)) ASSERT_GE(static_cast<unsigned char>(c), 0x20);
  }
}

TEST(Printable, IsOneHarmlessLine) {
  EXPECT_EQ(printable("a\nb\x1b[2J\x7f\t"), "a b [2J  ");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            " 31m");  // the one-character form of ESC [
}

TEST(Columns, CountCodePoints) {
  EXPECT_EQ(columns_of("µs ✓"), 4u);
  EXPECT_EQ(padded("µs", 4), "µs  ");
  EXPECT_EQ(padded("long", 2), "long");
}

}  // namespace
}  // namespace soundcheck::report
