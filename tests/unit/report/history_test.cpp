#include "runner/report/history.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/golden.hpp"

namespace soundcheck::report {
namespace {

using support::expect_golden;
using testing::HasSubstr;
using testing::Not;

StoredResult run(int day, double p95) {
  StoredResult result;
  result.path = fmt::format("results/day{}.json", day);
  result.commit = fmt::format("c0ffe{}", day);
  result.profile_name = "standard";
  result.system_name = "phone_agent";
  result.started_at = fmt::format("2026-03-0{}T02:00:00Z", day);
  result.verdict = day == 3 ? "fail" : "pass";
  const double wave = day % 2 == 0 ? 1.01 : 0.99;
  result.figures = {{"api.response_time.p95", {p95, 0.002, 29}},
                    {"api.error_rate", {0.001 * wave, 0.0001, 29}},
                    {"api.rate", {50 * wave, 0.1, 29}},
                    {"ai_pipeline.voice_to_voice.p95", {0.8 * wave, 0.01, 29}}};
  return result;
}

std::vector<StoredResult> week() {
  std::vector<StoredResult> runs;
  for (int day = 8; day >= 1; --day) runs.push_back(run(day, 0.1 + 0.005 * day));
  return runs;
}

TEST(History, EveryRunInTheOrderOfTimeAndWhereItGoes) {
  std::vector<StoredResult> runs = week();
  StoredResult other = run(4, 0.3);
  other.profile_name = "quick";
  other.path = "results/quick.json";
  other.partial = true;
  other.figures.erase("api.rate");
  runs.push_back(other);
  expect_golden("history.txt", history_text(runs, std::nullopt));
}

TEST(History, OneFigureHasItsError) {
  const std::string text = history_text(week(), "api.response_time.p95");
  EXPECT_THAT(text, HasSubstr("105 ms ± 2.00 ms"));
  EXPECT_THAT(text, Not(HasSubstr("api rate")));
  EXPECT_THAT(text, HasSubstr("api.response_time.p95: rises by 5.00 ms a run over 8 runs: worse ("));
}

TEST(History, AFallingRateIsWorse) {
  std::vector<StoredResult> runs = week();
  for (std::size_t i = 0; i < runs.size(); ++i)
    runs[i].figures["api.rate"].value = 50 + static_cast<double>(i);
  EXPECT_THAT(history_text(runs, "api.rate"), HasSubstr("falls by 1.00/s a run over 8 runs: worse ("));
}

TEST(History, FewRunsHaveNoTrend) {
  std::vector<StoredResult> runs = week();
  runs.resize(4);
  EXPECT_THAT(history_text(runs, "api.rate"), HasSubstr("too few runs for a trend: 4, and 5 are needed"));
}

}  // namespace
}  // namespace soundcheck::report
