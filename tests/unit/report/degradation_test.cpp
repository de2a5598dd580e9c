#include "runner/report/degradation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "protocols/core/random.hpp"

namespace soundcheck::report {
namespace {

using core::Subsystem;
using testing::AllOf;
using testing::HasSubstr;
using trend::Degradation;

constexpr int seconds = 600;

/// Ten minutes of 20 requests a second about 0.1 s; `slower` is a factor of the time, `failing` a share.
template <class Slower, class Failing>
SubsystemResult run(Slower&& slower, Failing&& failing, std::int64_t in_progress_at_end = 2) {
  core::Random random{7};
  metrics::FigureRows rows({Subsystem::websocket, Subsystem::api});
  SubsystemResult api;
  for (int at = 1; at <= seconds; ++at) {
    metrics::Snapshot snapshot;
    snapshot.tasks.resize(2);
    metrics::TaskRecord& task = snapshot.tasks[1];
    for (int i = 0; i < 20; ++i) {
      const double time = 100'000 * slower(at) * std::exp(0.3 * random.normal());
      task.histograms[static_cast<std::size_t>(core::Metric::response_time)].record(
          static_cast<std::int64_t>(time));
      if (random.below(1000) < static_cast<std::uint64_t>(1000 * failing(at))) {
        ++task.failures[0];
      } else {
        ++task.counters[static_cast<std::size_t>(core::Counter::succeeded)];
      }
    }
    rows.add(at, 1, snapshot);
    SecondRow row;
    row.at = at;
    row.in_progress = at > seconds / 2 ? in_progress_at_end : 2;
    api.seconds.push_back(row);
  }
  judge_degradation(api, rows, seconds);
  return api;
}

constexpr auto steady = [](int) { return 1.0; };
constexpr auto never = [](int) { return 0.0; };

TEST(Degradation, ASteadyRunIsSteadyAndSaysNothing) {
  const SubsystemResult api = run(steady, never);
  ASSERT_EQ(api.degradation.size(), 3U) << "no real-time factor";
  for (const DegradationResult& result : api.degradation)
    EXPECT_EQ(result.report.verdict, Degradation::steady) << result.series;
  EXPECT_EQ(degradation_sentence(api), "");
}

TEST(Degradation, AJumpIsToldWithItsTimeAndSize) {
  const SubsystemResult api = run([](int at) { return at > 400 ? 2.0 : 1.0; }, never);
  const DegradationResult& p95 = api.degradation.front();
  EXPECT_EQ(p95.series, "p95");
  ASSERT_EQ(p95.report.verdict, Degradation::worse);
  ASSERT_EQ(p95.report.jumps.size(), 1U);
  EXPECT_NEAR(p95.report.jumps[0].at, 400, 30);
  EXPECT_NEAR(p95.report.jumps[0].size, 0.16, 0.03);
  EXPECT_THAT(degradation_sentence(api),
              AllOf(HasSubstr("worse over the run: p95 of response time went from 16"),
                    HasSubstr(" ms, 99 % sure), with a jump of +1"), HasSubstr(" at 6 min ")));
}

TEST(Degradation, ASlowDriftAndMoreFailuresAreFound) {
  const SubsystemResult slow = run([](int at) { return 1 + 0.5 * at / seconds; }, never);
  EXPECT_EQ(slow.degradation[0].report.verdict, Degradation::worse);
  const SubsystemResult failing = run(steady, [](int at) { return at > 300 ? 0.1 : 0.0; });
  EXPECT_EQ(failing.degradation[1].series, "error_rate");
  EXPECT_EQ(failing.degradation[1].report.verdict, Degradation::worse);
  EXPECT_THAT(degradation_sentence(failing), HasSubstr("the error rate went from 0.00 % to "));
}

TEST(Degradation, GettingFasterIsNoComplaint) {
  const SubsystemResult api = run([](int at) { return at > 300 ? 0.5 : 1.0; }, never);
  EXPECT_EQ(api.degradation[0].report.verdict, Degradation::better);
  EXPECT_EQ(degradation_sentence(api), "");
}

TEST(Degradation, MoreInProgressIsSaidBeside) {
  const SubsystemResult api = run([](int at) { return at > 300 ? 2.0 : 1.0; }, never, 40);
  EXPECT_THAT(degradation_sentence(api),
              HasSubstr("; in progress were 2.00 at the beginning and 40.0 at the end"));
}

/// A decoder that falls behind: the turns are as quick as ever, but lag and real-time factor rise.
TEST(Degradation, CallsHaveTheirRealTimeFactorAndLagToo) {
  core::Random random{8};
  metrics::FigureRows rows({Subsystem::ai_pipeline});
  SubsystemResult calls;
  calls.subsystem = Subsystem::ai_pipeline;
  for (int at = 1; at <= seconds; ++at) {
    metrics::Snapshot snapshot;
    snapshot.tasks.resize(1);
    metrics::TaskRecord& task = snapshot.tasks[0];
    const auto record = [&](core::Metric metric, double value) {
      task.histograms[static_cast<std::size_t>(metric)].record(
          static_cast<std::int64_t>(value * std::exp(0.1 * random.normal())));
    };
    for (int i = 0; i < 10; ++i) {
      record(core::Metric::voice_to_voice, 700e3);
      record(core::Metric::rtf, 0.6e6 * (1 + 0.5 * at / seconds));
      record(core::Metric::lag, at > 400 ? 300e3 : 100e3);
    }
    task.counters[static_cast<std::size_t>(core::Counter::succeeded)] = 10;
    rows.add(at, 1, snapshot);
  }
  judge_degradation(calls, rows, seconds);
  ASSERT_EQ(calls.degradation.size(), 5U);
  for (const DegradationResult& result : calls.degradation) {
    const bool falls_behind = result.series == "rtf" || result.series == "lag";
    EXPECT_EQ(result.report.verdict == Degradation::worse, falls_behind) << result.series;
  }
  EXPECT_THAT(degradation_sentence(calls),
              AllOf(HasSubstr("worse over the run: p95 of the real-time factor went from 0.7"),
                    HasSubstr("; p95 of the lag went from 11"), HasSubstr(", with a jump of +2"),
                    HasSubstr(" at 6 min ")));
}

TEST(Degradation, ShortLoadsAreNotJudged) {
  SubsystemResult api;
  metrics::FigureRows rows({Subsystem::api});
  for (int at = 1; at < 100; ++at) rows.add(at, 1, metrics::Snapshot{});
  judge_degradation(api, rows, 100);
  EXPECT_TRUE(api.degradation.empty());
}

}  // namespace
}  // namespace soundcheck::report
