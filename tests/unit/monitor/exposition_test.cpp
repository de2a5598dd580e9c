#include "runner/monitor/exposition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace soundcheck::monitor {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<ExposedSample> good(std::string_view text) {
  auto parsed = parse_exposition(text);
  if (const auto* error = std::get_if<ExpositionError>(&parsed)) {
    ADD_FAILURE() << "line " << error->line << ": " << error->text;
    return {};
  }
  return std::get<std::vector<ExposedSample>>(parsed);
}

std::string wrong(std::string_view text) {
  const auto parsed = parse_exposition(text);
  const auto* error = std::get_if<ExpositionError>(&parsed);
  return error == nullptr ? "" : std::to_string(error->line) + ": " + error->text;
}

// The example of the format's own description, and what the page says about it.
constexpr const char* from_the_manual = R"(# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

# A histogram, which has a pretty complex representation in the text format:
# HELP http_request_duration_seconds A histogram of the request duration.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
)";

TEST(Exposition, TheExampleOfTheManual) {
  const auto samples = good(from_the_manual);
  ASSERT_EQ(samples.size(), 8u);
  EXPECT_EQ(samples[0].name, "http_requests_total");
  EXPECT_THAT(samples[0].labels, ElementsAre(Pair("method", "post"), Pair("code", "200")));
  EXPECT_EQ(samples[0].value, 1027);
  EXPECT_EQ(*samples[2].label("path"), "C:\\DIR\\FILE.TXT");
  EXPECT_EQ(*samples[2].label("error"), "Cannot find file:\n\"FILE.TXT\"");
  EXPECT_EQ(samples[2].value, 1.458255915e9);
  EXPECT_EQ(samples[3].value, 12.47);
  EXPECT_EQ(samples[3].label("le"), nullptr);
  EXPECT_EQ(samples[4].value, HUGE_VAL);
  EXPECT_EQ(*samples[6].label("le"), "+Inf");
}

TEST(Exposition, LeavesRoomForBlanksEmptyLabelsAndExemplars) {
  const auto rest =
      good("a{} 1\r\n\tb { x = \"1\" , y=\"}\", } -2.5\nc:d 3 # {trace=\"x\"} 0.5\ne NaN\nf -Inf");
  ASSERT_EQ(rest.size(), 5u);
  EXPECT_TRUE(rest[0].labels.empty());
  EXPECT_THAT(rest[1].labels, ElementsAre(Pair("x", "1"), Pair("y", "}")));
  EXPECT_EQ(rest[2].name, "c:d");
  EXPECT_TRUE(std::isnan(rest[3].value));
  EXPECT_EQ(rest[4].value, -HUGE_VAL);
}

TEST(Exposition, SaysWhereItIsNotOne) {
  EXPECT_EQ(wrong("a 1\n<html>"), "2: the name of a metric");
  EXPECT_EQ(wrong("a"), "1: a number");
  EXPECT_EQ(wrong("a one"), "1: a number");
  EXPECT_EQ(wrong("a{1=\"x\"} 1"), "1: the name of a label");
  EXPECT_EQ(wrong("a{x} 1"), "1: = after the name of a label");
  EXPECT_EQ(wrong("a{x=1} 1"), "1: a value of a label in quotes");
  EXPECT_EQ(wrong("a{x=\"1} 1"), "1: a value of a label in quotes");
  EXPECT_EQ(wrong("a{x=\"1\" y=\"2\"} 1"), "1: , or } after a label");
  EXPECT_EQ(wrong("a 1 soon"), "1: a time");
  EXPECT_EQ(wrong("a 1 2 3"), "1: the end of the line");
}

TEST(Exposition, AnyCutAndAnyBytesAreReadOrRefused) {
  const std::string_view whole = from_the_manual;
  for (std::size_t end = 0; end <= whole.size(); ++end) parse_exposition(whole.substr(0, end));
  std::mt19937 random(3);
  constexpr std::string_view alphabet = "ab{}=\",\\ \n#1.+N\t\r\xff";
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += alphabet[random() % alphabet.size()];
    const auto parsed = parse_exposition(text);
    if (const auto* error = std::get_if<ExpositionError>(&parsed)) {
      EXPECT_FALSE(error->text.empty());
    }
  }
}

}  // namespace
}  // namespace soundcheck::monitor
