#include "runner/report/console.hpp"

#include <gmock/gmock.h>

#include "tests/support/golden.hpp"
#include "tests/unit/report/example_results.hpp"

namespace soundcheck::report {

namespace {

using support::expect_golden;
using testing::HasSubstr;
using testing::Not;

TEST(Summary, Pass) {
  expect_golden("summary_pass.txt", summary(passing_run(), {false, "load-results.json"}));
}
TEST(Summary, FailWithRateLimit) { expect_golden("summary_fail.txt", summary(rate_limited_run(), {})); }
TEST(Summary, Invalid) { expect_golden("summary_invalid.txt", summary(invalid_run(), {})); }
TEST(Summary, NoData) { expect_golden("summary_no_data.txt", summary(no_data_run(), {})); }
TEST(Summary, Partial) { expect_golden("summary_partial.txt", summary(partial_run(), {})); }
TEST(Summary, EndedEarly) { expect_golden("summary_ended_early.txt", summary(ended_early_run(), {})); }
TEST(Summary, LevelsOfTheUsersOwn) { expect_golden("summary_levels.txt", summary(own_levels_run(), {})); }
TEST(Summary, Colour) { expect_golden("summary_colour.txt", summary(rate_limited_run(), {true, ""})); }

TEST(Summary, AHerdThatCameBack) {
  RunResult r = passing_run();
  TaskResult& websocket = r.subsystems[1].total;
  websocket.counters.emplace_back(core::Counter::lost_connections, 1'500);
  EXPECT_THAT(summary(r, {}), HasSubstr("  1,500 connections were lost; none came back\n"));
  MetricSummary recovery;
  recovery.metric = core::Metric::recovery_time;
  recovery.count = 1'498;
  recovery.p50 = 0.24;
  recovery.p90 = 0.81;
  recovery.max = 1.04;
  websocket.metrics.push_back(recovery);
  EXPECT_THAT(summary(r, {}), HasSubstr("  1,500 connections were lost; 1,498 came back: half of them in 240 "
                                        "ms, nine in ten in 810 ms, the last in 1.04 s\n"));
}

TEST(Summary, WithoutAWarmUpEverythingCounts) {
  RunResult run = passing_run();
  EXPECT_THAT(summary(run, {}), HasSubstr(" not counted, seed "));
  run.warm_up_seconds = 0;
  EXPECT_THAT(summary(run, {}), Not(HasSubstr("not counted")));
}

TEST(Summary, TheLookUpOfTheTargetsName) {
  RunResult r = passing_run();
  EXPECT_THAT(summary(r, {}), Not(HasSubstr("looked up")));
  r.resolve_seconds = 0.0032;
  EXPECT_THAT(summary(r, {}), HasSubstr("8080, its name looked up once, in 3.20 ms\n"));
}

TEST(Summary, WithoutColourThereIsNoEscapeSequence) {
  for (const RunResult& r :
       {passing_run(), rate_limited_run(), invalid_run(), no_data_run(), partial_run(), ended_early_run()}) {
    EXPECT_EQ(summary(r, {}).find('\x1b'), std::string::npos);
  }
}

TEST(Summary, TheLastLineIsTheVerdict) {
  const auto last_line = [](const RunResult& r) {
    const std::string text = summary(r, {});
    return text.substr(text.rfind('\n', text.size() - 2) + 1);
  };
  RunResult r;
  r.exit_code = 0;
  r.verdict = Verdict::pass;
  EXPECT_EQ(last_line(r), "FINAL RESULT: PASS (exit code 0)\n");
  r.verdict = Verdict::warn;
  EXPECT_EQ(last_line(r), "FINAL RESULT: PASS with warnings (exit code 0)\n");
  r.exit_code = 1;
  EXPECT_EQ(last_line(r), "FINAL RESULT: FAIL for its warnings (exit code 1)\n");
  r.verdict = Verdict::fail;
  EXPECT_EQ(last_line(r), "FINAL RESULT: FAIL (exit code 1)\n");
  r.exit_code = 3;
  r.verdict = Verdict::invalid;
  EXPECT_EQ(last_line(r), "FINAL RESULT: FAIL: INVALID (exit code 3)\n");
  r.verdict = Verdict::no_data;
  EXPECT_EQ(last_line(r), "FINAL RESULT: FAIL: NO DATA (exit code 3)\n");
  r.exit_code = 130;
  r.partial = true;
  r.verdict = Verdict::pass;
  EXPECT_EQ(last_line(r), "FINAL RESULT: INTERRUPTED; until then PASS (exit code 130)\n");
  r.exit_code = 0;
  r.partial = false;
  ObjectiveResult own;
  own.value = 0.7;
  own.level = Level::warning;
  own.level_name = "acceptable";
  own.bounds = {{"excellent", "< 500ms"}, {"acceptable", "< 1s"}};
  own.worst = "critical";
  r.objectives = {own};
  r.verdict = Verdict::warn;
  EXPECT_EQ(last_line(r), "FINAL RESULT: PASS with warnings, level acceptable (exit code 0)\n");
}

}  // namespace
}  // namespace soundcheck::report
