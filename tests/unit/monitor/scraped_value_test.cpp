#include "runner/monitor/scraped_value.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace soundcheck::monitor {
namespace {

using namespace std::chrono_literals;

class ScrapedValueTest : public testing::Test {
 protected:
  /// What the series says after one more scrape, a second later: a number, "-" for none yet, or the trouble.
  std::string after(ScrapedValue& series, std::string_view scrape) {
    now_ += 1s;
    auto parsed = parse_exposition(scrape);
    const auto value = series.add(now_, std::get<std::vector<ExposedSample>>(parsed));
    if (const auto* problem = std::get_if<std::string>(&value)) return *problem;
    const auto& number = std::get<std::optional<double>>(value);
    return number ? std::to_string(*number).substr(0, 6) : "-";
  }
  static profile::ScrapedSeries settings(std::string metric) {
    profile::ScrapedSeries s;
    s.name = "it";
    s.metric = std::move(metric);
    s.combine = "sum";
    return s;
  }

  core::TimePoint now_;
};

TEST_F(ScrapedValueTest, AddsUpWhatMatches) {
  auto chosen = settings("up");
  constexpr const char* scrape = "up{a=\"1\",b=\"x\"} 4\nup{a=\"1\",b=\"y\"} 2\nup{a=\"2\"} 100\nother 7\n";
  ScrapedValue all(chosen);
  EXPECT_EQ(after(all, scrape), "106.00");
  chosen.labels = {{"a", "1"}};
  ScrapedValue some(chosen);
  EXPECT_EQ(after(some, scrape), "6.0000");
  for (const auto& [how, expected] : {std::pair{"max", "4.0000"}, {"min", "2.0000"}, {"mean", "3.0000"}}) {
    chosen.combine = how;
    ScrapedValue one(chosen);
    EXPECT_EQ(after(one, scrape), expected);
  }
}

TEST_F(ScrapedValueTest, SaysWhatIsNotThere) {
  ScrapedValue misspelt(settings("conections"));
  EXPECT_EQ(after(misspelt, "connections 1\n"),
            "the scrape has no metric conections; did you mean \"connections\"?");
  auto chosen = settings("up");
  chosen.labels = {{"a", "3"}};
  ScrapedValue unlabelled(chosen);
  EXPECT_EQ(after(unlabelled, "up{a=\"1\"} 1\n"), "no sample of up has the labels that it asks for");
  ScrapedValue broken(settings("up"));
  EXPECT_EQ(after(broken, "up NaN\n"), "up is nan in the scrape: the exporter has no number for it");
}

TEST_F(ScrapedValueTest, TheRateOfACounterSurvivesItsRestart) {
  auto chosen = settings("requests_total");
  chosen.rate = true;
  ScrapedValue rate(chosen);
  EXPECT_EQ(after(rate, "requests_total{i=\"1\"} 100\nrequests_total{i=\"2\"} 50\n"), "-");
  EXPECT_EQ(after(rate, "requests_total{i=\"1\"} 110\nrequests_total{i=\"2\"} 55\n"), "15.000");
  EXPECT_EQ(after(rate, "requests_total{i=\"1\"} 4\nrequests_total{i=\"2\"} 60\n"), "9.0000")
      << "i=1 restarted";
}

TEST_F(ScrapedValueTest, LabelsThatAreGoneAreForgotten) {
  auto chosen = settings("requests_total");
  chosen.rate = true;
  ScrapedValue rate(chosen);
  EXPECT_EQ(after(rate, "requests_total{pod=\"a\"} 100\nrequests_total{pod=\"b\"} 50\n"), "-");
  EXPECT_EQ(after(rate, "requests_total{pod=\"b\"} 57\n"), "7.0000");
  EXPECT_EQ(after(rate, "requests_total{pod=\"a\"} 900\nrequests_total{pod=\"b\"} 60\n"), "3.0000")
      << "what a counted meanwhile is not known";
  EXPECT_EQ(after(rate, "requests_total{pod=\"a\"} 901\nrequests_total{pod=\"b\"} 60\n"), "1.0000");
}

TEST(CarryOver, KeepsWhatOneSampleHas) {
  std::map<std::string, CounterRate> kept;
  for (int i = 0; i < 100; ++i) {
    std::map<std::string, CounterRate> now;
    carry_over(kept, now, "steady").add(core::TimePoint(i * 1s), i * 5);
    carry_over(kept, now, "request-" + std::to_string(i)).add(core::TimePoint(i * 1s), i);
    kept = std::move(now);
    ASSERT_EQ(kept.size(), 2u);
  }
  EXPECT_EQ(kept["steady"].add(core::TimePoint(100s), 500), 5);
}

TEST_F(ScrapedValueTest, AQuantileIsOfWhatCameSinceTheLastScrape) {
  auto chosen = settings("latency");
  chosen.quantile = 0.5;
  ScrapedValue median(chosen);
  EXPECT_EQ(
      after(median,
            "latency_bucket{le=\"1\"} 100\nlatency_bucket{le=\"2\"} 100\nlatency_bucket{le=\"+Inf\"} 100\n"),
      "-");
  EXPECT_EQ(
      after(median,
            "latency_bucket{le=\"1\"} 100\nlatency_bucket{le=\"2\"} 110\nlatency_bucket{le=\"+Inf\"} 110\n"),
      "1.5000");
  EXPECT_EQ(
      after(median,
            "latency_bucket{le=\"1\"} 100\nlatency_bucket{le=\"2\"} 110\nlatency_bucket{le=\"+Inf\"} 110\n"),
      "-")
      << "nothing was observed";
  EXPECT_EQ(after(median,
                  "latency_bucket{le=\"1\"} 1\nlatency_bucket{le=\"2\"} 1\nlatency_bucket{le=\"+Inf\"} 1\n"),
            "-")
      << "it restarted";
}

TEST(BucketQuantile, IsWhatPrometheusSays) {
  const std::map<double, double> counts{{0.1, 10}, {0.5, 30}, {1, 40}, {HUGE_VAL, 50}};
  EXPECT_DOUBLE_EQ(*bucket_quantile(counts, 0.1), 0.05);
  EXPECT_DOUBLE_EQ(*bucket_quantile(counts, 0.4), 0.3);
  EXPECT_DOUBLE_EQ(*bucket_quantile(counts, 0.8), 1);
  EXPECT_DOUBLE_EQ(*bucket_quantile(counts, 0.99), 1) << "beyond the last bound nothing is known";
  EXPECT_FALSE(bucket_quantile({{HUGE_VAL, 5}}, 0.5));
  EXPECT_FALSE(bucket_quantile({{1, 0}, {HUGE_VAL, 0}}, 0.5));
}

}  // namespace
}  // namespace soundcheck::monitor
