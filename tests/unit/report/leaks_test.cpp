#include "runner/report/leaks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "protocols/core/random.hpp"

namespace soundcheck::report {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Grows by `bytes_per_second` for `load` seconds, then falls by `returned` and stays for 60 s.
ProcessResult process(double load, double bytes_per_second, double returned = 0) {
  core::Random random{4};
  ProcessResult p;
  for (double at = 0; at < load + 60; ++at) {
    const double grown = bytes_per_second * std::min(at, load) - (at > load ? returned : 0);
    ProcessSample sample;
    sample.at = at;
    sample.rss_bytes = static_cast<std::uint64_t>(300e6 + grown + 0.2e6 * random.normal());
    sample.descriptors = 40;
    sample.threads = 8;
    p.samples.push_back(sample);
  }
  return p;
}

TEST(Leaks, OneVerdictForEachResourceThatWasSeen) {
  ProcessResult p = process(600, 1e6 / 60);
  judge_leaks(p, 600);
  ASSERT_EQ(p.leaks.size(), 3U);
  EXPECT_EQ(p.leaks[0].series, "rss");
  EXPECT_EQ(p.leaks[0].report.verdict, trend::LeakVerdict::leak);
  EXPECT_NEAR(p.leaks[0].report.growth_per_hour, 60e6, 3e6);
  EXPECT_EQ(p.leaks[1].series, "descriptors");
  EXPECT_EQ(p.leaks[1].report.verdict, trend::LeakVerdict::no_leak);
  EXPECT_EQ(p.leaks[2].series, "threads");
}

/// Samples catch a collected heap anywhere; what is alive is in the lowest that was seen between them.
TEST(Leaks, TheLowestOfEachSecondIsJudged) {
  ProcessResult p = process(600, 1e6 / 60);
  for (ProcessSample& sample : p.samples) sample.rss_lowest_bytes = 290'000'000;
  judge_leaks(p, 600);
  EXPECT_EQ(p.leaks[0].series, "rss");
  EXPECT_EQ(p.leaks[0].report.verdict, trend::LeakVerdict::no_leak);
}

TEST(Leaks, SentencesSayWhatIsKnown) {
  ProcessResult p = process(600, 1e6 / 60);
  judge_leaks(p, 600);
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr("leak: memory (RSS) grows by "));
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr(" MB an hour ("));
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr("of the growth came back"));
  EXPECT_EQ(leak_sentence(p.leaks[1]), "no leak: the number of descriptors does not grow (99 % sure)");
  p = process(600, 0);
  judge_leaks(p, 600);
  EXPECT_THAT(leak_sentence(p.leaks[0]),
              testing::MatchesRegex("no leak: memory \\(RSS\\) grows by less than "
                                    "[0-9.]+ [kM]B an hour, if at all \\(99 % sure\\).*"));
}

TEST(Leaks, WhatComesBackAfterTheLoadIsTold) {
  ProcessResult p = process(600, 1e6 / 60, 9.5e6);
  judge_leaks(p, 600);
  EXPECT_EQ(p.leaks[0].drain.verdict, trend::DrainVerdict::came_back);
}

TEST(Leaks, WhatComesBackIsToldWithoutALeakToo) {
  const auto filled = [](double returned) {
    ProcessResult p = process(1200, 0, returned);
    for (ProcessSample& sample : p.samples)
      sample.rss_bytes += static_cast<std::uint64_t>(30e6 * std::min(1.0, sample.at / 400));
    judge_leaks(p, 1200);
    return p.leaks[0];
  };
  const LeakResult back = filled(25e6);
  EXPECT_EQ(back.report.verdict, trend::LeakVerdict::no_leak);
  EXPECT_THAT(leak_sentence(back), HasSubstr(" of the growth came back"));
  const LeakResult kept = filled(0);
  EXPECT_EQ(kept.drain.verdict, trend::DrainVerdict::kept);
  EXPECT_THAT(leak_sentence(kept), Not(HasSubstr("came back"))) << "what is bounded may be kept";
}

TEST(Leaks, LittleInAShortRunIsNoAlarm) {
  ProcessResult p = process(180, 12e6 / 3600);
  for (ProcessSample& sample : p.samples)
    sample.rss_bytes = static_cast<std::uint64_t>(300e6 + 12e6 / 3600 * sample.at);
  judge_leaks(p, 180);
  EXPECT_EQ(p.leaks[0].report.verdict, trend::LeakVerdict::cannot_tell);
  EXPECT_EQ(p.leaks[0].report.reason, trend::LeakReason::little_so_far);
  EXPECT_THAT(leak_sentence(p.leaks[0]),
              HasSubstr("it grows by 12.0 MB an hour, but has not grown by 2.00 MB yet; run for 12 min"));
}

TEST(Leaks, GrowthIsSharedOutToWhatWasDone) {
  ProcessResult p = process(600, 60e3);
  SubsystemResult api, calls;
  api.subsystem = core::Subsystem::api;
  calls.subsystem = core::Subsystem::ai_pipeline;
  for (int second = 1; second <= 600; ++second) {
    SecondRow row;
    row.at = second;
    row.succeeded = 28;
    row.failed = 2;
    api.seconds.push_back(row);
    row.succeeded = second % 3 == 0 ? 1 : 0;
    row.failed = 0;
    calls.seconds.push_back(row);
  }
  LeakFacts facts;
  facts.work = work_done({api, calls});
  judge_leaks(p, 600, "target", facts);
  ASSERT_EQ(p.leaks[0].by_work.size(), 2U);
  EXPECT_EQ(p.leaks[0].by_work[0].unit, "request");
  EXPECT_NEAR(p.leaks[0].by_work[0].report.per_unit, 2e3, 40) << "60 kB a second, 30 requests a second";
  EXPECT_NEAR(p.leaks[0].by_work[1].report.per_unit, 180e3, 4e3);
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr(" MB for 1,000 requests, or 18"));
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr(" kB for a call"));
}

TEST(Leaks, TheNearestLimitIsProjected) {
  ProcessResult p = process(600, 1e6 / 60);
  p.memory_limit = ResourceLimit{910e6, "the memory limit of its control group"};
  p.descriptor_limit = ResourceLimit{1024, "its limit of open files"};
  judge_leaks(p, 600);
  ASSERT_TRUE(p.leaks[0].report.hours_to_limit);
  EXPECT_NEAR(*p.leaks[0].report.hours_to_limit, 10, 0.6) << "600 MB at 60 MB an hour";
  EXPECT_THAT(leak_sentence(p.leaks[0]),
              HasSubstr("at this rate it reaches 910 MB, the memory limit of its control group, in "));
  EXPECT_EQ(p.leaks[1].limit, "its limit of open files");

  profile::Objective memory;
  memory.name = "Memory";
  memory.metric = "target.memory";
  memory.levels = {{"target", {profile::Bound::Op::less, 305e6, "< 305MB"}}};
  LeakFacts facts;
  facts.rules = verdict::LeakRules{{&memory, 1}};
  judge_leaks(p, 600, "target", facts);
  EXPECT_THAT(leak_sentence(p.leaks[0]),
              HasSubstr("it is past 305 MB, the bound of the objective \"Memory\", already"));
}

TEST(Leaks, TheGeneratorIsJudgedLikeTheTarget) {
  ProcessResult p = process(600, 1e6 / 60);
  judge_leaks(p, 600, "generator");
  ASSERT_FALSE(p.leaks.empty());
  EXPECT_EQ(p.leaks[0].monitor, "generator");
  EXPECT_EQ(p.leaks[0].report.verdict, trend::LeakVerdict::leak);
  EXPECT_NEAR(p.leaks[0].report.growth_per_hour, 60e6, 3e6);
  EXPECT_THAT(leak_sentence(p.leaks[0]), Not(HasSubstr("isolate"))) << "that takes the target apart";
}

TEST(Leaks, WhatWasNotSeenIsSaid) {
  ProcessResult p = process(600, 0);
  judge_leaks(p, 3600);
  EXPECT_EQ(leak_sentence(p.leaks[0]),
            "cannot tell whether memory (RSS) leaks: for 49 min 01 s of the load no sample could be taken");
}

profile::Objective growth_objective(std::string metric, std::string aggregation, double bound) {
  profile::Objective o;
  o.metric = std::move(metric);
  o.aggregation = std::move(aggregation);
  o.levels = {{"target", {profile::Bound::Op::less, bound, ""}}};
  return o;
}

TEST(Leaks, SayWhatTheyMeanForTheResult) {
  ProcessResult p = process(600, 1e6 / 60);
  judge_leaks(p, 600);
  EXPECT_THAT(leak_sentence(p.leaks[0]),
              HasSubstr("; no objective is about it, so it does not count for the result of the run; "
                        "run_load_tests isolate finds the part of the load that does it"));
  profile::Objective strict = growth_objective("target.memory_growth_per_hour", "", 10e6);
  LeakFacts facts;
  facts.rules = verdict::LeakRules{{&strict, 1}};
  judge_leaks(p, 600, "target", facts);
  EXPECT_THAT(leak_sentence(p.leaks[0]), Not(HasSubstr("objective")));
  strict.levels.front().bound.value = 100e6;
  judge_leaks(p, 600, "target", facts);
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr("; the objective allows that much"));
}

TEST(Leaks, SeriesOfMonitorsThatMayLeakOrAreInAnObjective) {
  const ProcessResult p = process(600, 1e6 / 60);
  MonitorResult monitor;
  monitor.record.name = "gpu";
  for (const char* name : {"memory_used", "heap", "frames"}) monitor.record.series.push_back({name, "bytes"});
  monitor.record.series[0].may_leak = true;
  for (metrics::SeriesRecord& series : monitor.record.series) {
    for (const ProcessSample& sample : p.samples)
      series.series.add(sample.at, static_cast<double>(sample.rss_bytes));
  }
  const profile::Objective objective = growth_objective("monitors.gpu.heap", "growth_per_hour", 10e6);
  LeakFacts facts;
  facts.rules = verdict::LeakRules{{&objective, 1}};
  judge_leaks(monitor, 600, facts);
  ASSERT_EQ(monitor.leaks.size(), 2U);
  EXPECT_THAT(leak_sentence(monitor.leaks[0]),
              testing::StartsWith("leak: memory used of the monitor gpu grows by "));
  EXPECT_TRUE(monitor.leaks[1].rule.from_objective);

  RunResult result;
  ObjectiveResult judged;
  judged.metric = objective.metric;
  judged.aggregation = objective.aggregation;
  judged.range = trend::Interval{59e6, 61e6};
  result.objectives = {judged, judged};
  result.objectives.back().range.reset();
  result.objectives.back().remark = "too short";
  result.objectives.push_back(judged);
  result.objectives.back().remark = "cannot tell yet";
  result.monitors.push_back(monitor);
  explain_growth(result);
  EXPECT_EQ(result.objectives[0].remark, leak_sentence(monitor.leaks[1]));
  EXPECT_EQ(result.objectives[1].remark, "too short") << "what has no figure says why";
  EXPECT_EQ(result.objectives[2].remark, "cannot tell yet; " + leak_sentence(monitor.leaks[1]));
}

TEST(Leaks, TheWarmUpThatWasFoundIsShown) {
  ProcessResult p = process(1200, 1e6 / 60);
  for (ProcessSample& sample : p.samples)
    sample.rss_bytes += static_cast<std::uint64_t>(100e6 * (1 - std::exp(-sample.at / 60)));
  judge_leaks(p, 1200);
  ASSERT_EQ(p.leaks[0].report.verdict, trend::LeakVerdict::leak);
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr(" 99 % sure), after a warm-up of 2 min "));
}

TEST(Leaks, ShortLoadsHaveNone) {
  ProcessResult p = process(60, 0);
  judge_leaks(p, 60);
  EXPECT_TRUE(p.leaks.empty());
}

TEST(Leaks, CannotTellSaysHowLong) {
  LeakResult leak{"rss", "bytes", {}, {}};
  leak.report.reason = trend::LeakReason::too_noisy;
  leak.report.growth_range = {-2e6, 30e6};
  leak.report.needed_seconds = 900;
  EXPECT_EQ(leak_sentence(leak),
            "cannot tell whether memory (RSS) leaks: growth of -2.00 MB to 30.0 MB an hour is possible; run "
            "for 15 min 00 s or longer");
}

}  // namespace
}  // namespace soundcheck::report
