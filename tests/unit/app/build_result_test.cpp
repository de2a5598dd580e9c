#include "runner/app/build_result.hpp"

#include <gmock/gmock.h>

#include "tests/unit/app/finished_run.hpp"

namespace soundcheck::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using verdict::Level;
using verdict::Verdict;

TEST(BuildResultTest, WhatWasRunComesBack) {
  FinishedRun run;
  run.embedded = true;
  run.seen.shard_cpu = {0.25};
  run.succeed(10, 0.1);
  const report::RunResult r = run.result();
  EXPECT_EQ(r.profile_name, "quick");
  EXPECT_EQ(r.system_name, "phone_agent");
  EXPECT_EQ(r.target_url, "http://127.0.0.1:8080");
  EXPECT_TRUE(r.embedded_target);
  EXPECT_EQ(r.profile_text, "system: phone_agent\n");
  EXPECT_EQ(r.profile_hash, "abc");
  EXPECT_EQ(r.seed, 7U);
  EXPECT_EQ(r.started_at, "2026-01-02T03:04:05Z");
  EXPECT_EQ(r.planned_seconds, 10);
  EXPECT_EQ(r.actual_seconds, 10.5);
  EXPECT_EQ(r.warm_up_seconds, 2);
  EXPECT_EQ(r.build.commit, "c0ffee");
  EXPECT_EQ(r.host.cores, 4);
  EXPECT_EQ(r.validity.busiest_shard_cpu, 0.25);
  EXPECT_THAT(r.notes, ElementsAre("a note"));
  EXPECT_FALSE(r.partial);
}

TEST(BuildResultTest, TheWarmUpDoesNotCountAndTheDrainIsNoTimeOfLoad) {
  FinishedRun run;
  run.succeed(10, 0.1);
  run.fail(0, core::Stage::check, 20);
  const report::RunResult r = run.result();
  const report::TaskResult& total = r.subsystems[0].total;
  EXPECT_EQ(total.failed, 20U);
  EXPECT_EQ(total.success_rate, 80.0 / 100);
  EXPECT_DOUBLE_EQ(total.rate, 100.0 / 8) << "8 s of load were measured, not 8.5";
  EXPECT_EQ(r.subsystems[0].seconds.size(), 11U) << "but every second has its row";
}

TEST(BuildResultTest, AllThreeSubsystemsAreThereSkippedOnesToo) {
  FinishedRun run;
  run.succeed(10, 0.1);
  const report::RunResult r = run.result();
  ASSERT_EQ(r.subsystems.size(), 3U);
  EXPECT_EQ(r.subsystems[0].subsystem, core::Subsystem::api);
  EXPECT_TRUE(r.subsystems[0].success);
  ASSERT_EQ(r.subsystems[0].tasks.size(), 1U);
  EXPECT_EQ(r.subsystems[0].tasks[0].name, "health");
  EXPECT_TRUE(r.subsystems[1].success);
  EXPECT_TRUE(r.subsystems[2].skipped);
  EXPECT_FALSE(r.subsystems[2].success) << "what did not run has not succeeded";
  EXPECT_THAT(r.subsystems[2].tasks, IsEmpty());
  EXPECT_EQ(r.verdict, Verdict::pass) << "and does not fail the run";
  EXPECT_EQ(r.exit_code, 0);
}

struct LevelCase {
  double seconds;
  bool fail_on_warning;
  Level level;
  Verdict verdict;
  int exit_code;
  bool success;
};

TEST(BuildResultTest, LevelsDecideVerdictExitCodeAndSuccess) {
  const LevelCase cases[]{
      {0.1, false, Level::target, Verdict::pass, 0, true},
      {0.1, true, Level::target, Verdict::pass, 0, true},
      {0.3, false, Level::warning, Verdict::warn, 0, true},
      {0.3, true, Level::warning, Verdict::warn, 1, true},
      {0.9, false, Level::critical, Verdict::fail, 1, false},
      {0.9, true, Level::critical, Verdict::fail, 1, false},
  };
  for (const LevelCase& c : cases) {
    SCOPED_TRACE(c.seconds);
    FinishedRun run;
    run.add_latency_objective();
    run.fail_on_warning = c.fail_on_warning;
    run.succeed(10, c.seconds);
    const report::RunResult r = run.result();
    ASSERT_EQ(r.objectives.size(), 1U);
    EXPECT_EQ(r.objectives[0].level, c.level);
    EXPECT_EQ(r.verdict, c.verdict);
    EXPECT_EQ(r.exit_code, c.exit_code);
    EXPECT_EQ(r.subsystems[0].success, c.success);
    EXPECT_EQ(r.subsystems[0].reason, c.success ? "" : "API p95 is critical");
    EXPECT_TRUE(r.subsystems[1].success) << "another subsystem's objective is not its own";
  }
}

TEST(BuildResultTest, ASubsystemWithoutASingleSuccessFails) {
  FinishedRun run;
  run.fail(0, core::Stage::connect, 30);
  const report::RunResult r = run.result();
  EXPECT_FALSE(r.subsystems[0].success);
  EXPECT_THAT(r.subsystems[0].reason, HasSubstr("all 30 attempts failed, most at connect"));
  EXPECT_EQ(r.verdict, Verdict::fail);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_THAT(r.limited_by, HasSubstr("Failures at connect: 30 of 30 tasks"));
}

TEST(BuildResultTest, ARunInWhichNothingEndedHasNoData) {
  FinishedRun run;
  run.succeed(0, 0);
  const report::RunResult r = run.result();
  EXPECT_FALSE(r.subsystems[0].success);
  EXPECT_EQ(r.subsystems[0].total.success_rate, std::nullopt);
  EXPECT_EQ(r.verdict, Verdict::no_data);
  EXPECT_EQ(r.exit_code, 3);
}

TEST(BuildResultTest, ALateGeneratorMakesEverythingElseInvalid) {
  FinishedRun run;
  run.add_latency_objective();
  run.succeed(10, 0.9, 50'000);
  const report::RunResult r = run.result();
  EXPECT_EQ(r.verdict, Verdict::invalid);
  EXPECT_EQ(r.exit_code, 3);
  ASSERT_EQ(r.validity.reasons.size(), 1U);
  EXPECT_THAT(r.validity.reasons[0].what, HasSubstr("the generator served its timers late"));
  EXPECT_THAT(r.limited_by, HasSubstr("The generator itself"));
}

TEST(BuildResultTest, AnInterruptionIsPartialAndHasItsOwnExitCode) {
  FinishedRun run;
  run.interrupted = true;
  run.succeed(10, 0.1);
  const report::RunResult r = run.result();
  EXPECT_TRUE(r.partial);
  EXPECT_EQ(r.exit_code, 130);
  EXPECT_EQ(r.verdict, Verdict::pass) << "what was measured until then";
  EXPECT_TRUE(r.subsystems[0].success);
}

TEST(BuildResultTest, MemoryGrowthOfTheTarget) {
  FinishedRun run;
  run.add_memory_objective();
  run.target.pid = 4711;
  for (int second = 0; second <= 10; ++second) {
    // Loaded in the first second, and 10 MB more each second from then on.
    const std::uint64_t rss = 100'000'000 + 10'000'000 * static_cast<std::uint64_t>(second);
    run.target.samples.push_back({double(second), rss, std::nullopt, 0.5, std::nullopt, 3});
  }
  run.succeed(10, 0.1);
  const report::RunResult r = run.result();
  EXPECT_EQ(r.target.memory_growth_bytes, 60e6) << "median of seconds 8 to 10 - median of seconds 2 to 4";
  EXPECT_EQ(r.target.cpu_cores_mean, 0.5);
  EXPECT_EQ(r.objectives[0].level, Level::critical);
  EXPECT_EQ(r.verdict, Verdict::fail);
}

TEST(BuildResultTest, WithoutMemoryFiguresTheReasonIsTheRemark) {
  FinishedRun unseen;
  unseen.add_memory_objective();
  unseen.target.no_data = "nobody here listens on port 8080; name it with --target-pid";
  unseen.succeed(10, 0.1);
  report::RunResult r = unseen.result();
  EXPECT_EQ(r.objectives[0].level, Level::no_data);
  EXPECT_EQ(r.objectives[0].remark, unseen.target.no_data);
  EXPECT_EQ(r.verdict, Verdict::no_data);
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_TRUE(r.subsystems[0].success) << "the API is not to blame";

  FinishedRun brief;
  brief.add_memory_objective();
  brief.target.samples.push_back({3, 1000, std::nullopt, 0, std::nullopt, 1});
  brief.succeed(10, 0.1);
  r = brief.result();
  EXPECT_THAT(r.objectives[0].remark, HasSubstr("only 1 memory samples after the warm-up, 6 are needed"));
}

}  // namespace
}  // namespace soundcheck::app
