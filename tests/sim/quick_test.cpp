// The quick profile, as it is in the repository, in virtual time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/sim/whole_run.hpp"

namespace soundcheck::sim {
namespace {

using namespace std::chrono_literals;
using core::Counter;
using core::Metric;
using core::Stage;
using core::Subsystem;
using testing::AllOf;
using testing::Ge;
using testing::Le;

/// To 3 digits.
void expect_micro(const metrics::Histogram& histogram, double quantile, double wanted) {
  ASSERT_GT(histogram.count(), 0u);
  EXPECT_NEAR(static_cast<double>(*histogram.quantile(quantile)), wanted, wanted / 1'000) << quantile;
}

std::uint64_t failures(const metrics::TaskRecord& record, Stage stage) {
  return record.failures[static_cast<std::size_t>(stage)];
}

TEST(Quick, AHealthyTargetGivesTheFiguresThatWereProgrammed) {
  support::Behaviour behaviour;
  behaviour.http_latency = 37ms;
  behaviour.echo_latency = 3ms;
  behaviour.final_after = 405ms;
  behaviour.rtf = 0.62;
  profile::Profile profile = load("quick");
  profile.warm_up = 0s;  // a request over its end would count as an answer without a start
  WholeRun whole(make_plan(profile), behaviour);
  whole.play();
  EXPECT_EQ(whole.fleet.left_over(), 0u);
  EXPECT_EQ(whole.fleet.health().cut_off, 0u);

  const metrics::TaskRecord api = whole.of(Subsystem::api);
  EXPECT_EQ(api.failed(), 0u);
  EXPECT_EQ(api.counter(Counter::succeeded), api.counter(Counter::started));
  for (const double q : {0.5, 0.95, 0.99}) expect_micro(api.histogram(Metric::response_time), q, 37'000);
  EXPECT_EQ(api.histogram(Metric::lateness).max(), 0);
  EXPECT_EQ(api.in_progress, 0);
  // 10 users, there after half a second on average. A task takes 31 / 16 requests of 37 ms on average, and 1
  // s to think.
  const double requests = 10 * 59.5 * (31 / 16.0) / (1 + 31 / 16.0 * 0.037);
  EXPECT_NEAR(static_cast<double>(api.counter(Counter::started)), requests, requests * 0.06);

  const metrics::TaskRecord& exchange = whole.task("exchange");
  EXPECT_EQ(exchange.failed(), 0u);
  expect_micro(exchange.histogram(Metric::response_time), 0.95, 6'000);  // two round trips
  // 5 connections, an exchange a second but for a second in 21 without connection.
  EXPECT_NEAR(static_cast<double>(exchange.counter(Counter::succeeded)), 5 * 59.5 * 20 / 21.0, 15);
  expect_micro(whole.task("ping").histogram(Metric::ping_rtt), 0.5, 3'000);
  EXPECT_EQ(whole.task("connection").counter(Counter::unclean_closes), 0);

  const metrics::TaskRecord ai = whole.of(Subsystem::ai_pipeline);
  EXPECT_EQ(ai.failed(), 0u);
  EXPECT_EQ(ai.counter(Counter::playout_gaps), 0);
  EXPECT_EQ(ai.counter(Counter::rtf_busy), ai.counter(Counter::turns));
  expect_micro(ai.histogram(Metric::rtf), 0.5, 620'000);
  // Opus begins 2.25 ms later: its encoder looks ahead.
  EXPECT_EQ(ai.histogram(Metric::voice_to_voice).min(), 425'000);
  EXPECT_EQ(ai.histogram(Metric::voice_to_voice).max(), 427'250);
  EXPECT_EQ(ai.histogram(Metric::word_error_rate).max(), 0);
  EXPECT_EQ(ai.histogram(Metric::pacing_error).max(), 0);
  // 3 callers; a turn: 0.55 s of pause, 1.7 s of speech, 0.42 s until the answer, 1 s of answer.
  EXPECT_THAT(ai.counter(Counter::turns), AllOf(Ge(30), Le(50)));
}

TEST(Quick, OnlyTheTargetSeesThatHangUpsAreAbrupt) {
  profile::Profile profile = load("quick");
  profile.warm_up = 0s;
  profile.system.websocket->abrupt_hang_up = true;
  profile.system.ai_pipeline->abrupt_hang_up = true;
  WholeRun whole(make_plan(profile), {});
  whole.play();
  EXPECT_EQ(whole.fleet.served().goodbyes, 0u);
  EXPECT_EQ(whole.fleet.served().close_frames, 0u);
  const metrics::TaskRecord& connections = whole.task("connection");
  EXPECT_GT(connections.counter(Counter::started), 5);
  EXPECT_EQ(connections.counter(Counter::succeeded), connections.counter(Counter::started));
  EXPECT_EQ(connections.counter(Counter::unclean_closes), connections.counter(Counter::started));
  const metrics::TaskRecord ai = whole.of(Subsystem::ai_pipeline);
  EXPECT_EQ(ai.counter(Counter::unclean_closes), ai.counter(Counter::started));
  EXPECT_EQ(ai.counter(Counter::clean_closes), 0);
  EXPECT_EQ(ai.failed() + connections.failed(), 0u);
  EXPECT_EQ(whole.fleet.left_over(), 0u);
}

TEST(Quick, EndsAsPlannedAndCountsTheSecondsAfterTheWarmUp) {
  WholeRun whole(make_plan(load("quick")), {});
  whole.play();
  EXPECT_GE(whole.run.elapsed_seconds(), 60.0);
  EXPECT_LE(whole.run.elapsed_seconds(), 71.0);
  EXPECT_DOUBLE_EQ(whole.run.load_seconds(), 60.0);
  EXPECT_NEAR(whole.totals.measured_seconds(), whole.run.elapsed_seconds() - 5, 1e-9);
  EXPECT_EQ(whole.totals.rows(Subsystem::api).size(), static_cast<std::size_t>(whole.run.elapsed_seconds()));
}

TEST(Quick, TheSameSeedGivesTheSameRunTwice) {
  const auto play = [](std::uint64_t seed) {
    profile::Profile profile = load("quick");
    profile.seed = seed;
    WholeRun whole(make_plan(profile), {});
    whole.play();
    return fingerprint(whole.totals.totals());
  };
  const std::string first = play(7);
  EXPECT_EQ(first, play(7));
  EXPECT_NE(first, play(8));
}

/// Each API user tells its number in a header, so that starts can be told apart.
profile::Profile with_user_header() {
  profile::Profile profile = load("quick");
  profile.system.api->headers.emplace_back("X-User", "{{user_id}}");
  return profile;
}

TEST(Quick, OneShardAndFourGiveTheSameArrivals) {
  const auto play = [](std::uint32_t shards) {
    WholeRun whole(make_plan(with_user_header()), {}, shards);
    whole.fleet.record_starts();
    whole.play();
    EXPECT_EQ(whole.of(Subsystem::api).histogram(Metric::lateness).max(), 0) << "starts are intended starts";
    return std::pair{whole.fleet.starts(), fingerprint(whole.totals.totals())};
  };
  const auto [one, one_totals] = play(1);
  const auto [four, four_totals] = play(4);
  std::map<std::string, int> per_name;
  for (const auto& start : one) ++per_name[start.first];
  EXPECT_EQ(per_name.size(), 12u) << "10 users, the event channel, the voice channel";
  EXPECT_EQ(one, four);
  EXPECT_EQ(one_totals, four_totals);
}

TEST(Quick, SkippingAPartLeavesTheOthersAsTheyWere) {
  const auto play = [](bool skip) {
    WholeRun whole(make_plan(with_user_header(), {false, skip, skip}), {});
    whole.fleet.record_starts();
    whole.play();
    auto starts = whole.fleet.starts();
    std::erase_if(starts, [](const auto& start) { return start.first.starts_with("/"); });
    return starts;
  };
  EXPECT_EQ(play(false), play(true));
}

TEST(Quick, ErrorsOfTheTargetAreCountedByClass) {
  support::Behaviour behaviour;
  behaviour.http_error_every = 10;
  WholeRun whole(make_plan(load("quick")), behaviour);
  whole.play();
  const metrics::TaskRecord api = whole.of(Subsystem::api);
  EXPECT_EQ(api.failed(), failures(api, Stage::check));
  EXPECT_NEAR(static_cast<double>(api.failed()) / static_cast<double>(api.counter(Counter::started)), 0.1,
              0.01);
  EXPECT_EQ(whole.of(Subsystem::websocket).failed(), 0u);
}

TEST(Quick, ATargetThatDiesIsCountedByClassAndTheRunEndsAsPlanned) {
  support::Behaviour behaviour;
  const plan::Plan plan = make_plan(load("quick"));
  behaviour.dies_at = support::VirtualTimeline().now() + 30s;
  WholeRun whole(plan, behaviour);
  whole.play();
  EXPECT_EQ(whole.fleet.left_over(), 0u);
  EXPECT_GE(whole.run.elapsed_seconds(), 60.0);
  EXPECT_LE(whole.run.elapsed_seconds(), 71.0);
  for (const Subsystem subsystem : core::all_subsystems) {
    const metrics::TaskRecord record = whole.of(subsystem);
    EXPECT_GT(record.counter(Counter::succeeded), 0) << to_string(subsystem);
    EXPECT_GT(failures(record, Stage::connect), 0u) << to_string(subsystem);
    EXPECT_EQ(record.failed(), failures(record, Stage::connect) + failures(record, Stage::read) +
                                   failures(record, Stage::write) + failures(record, Stage::deadline))
        << to_string(subsystem);
    EXPECT_EQ(record.in_progress, 0) << to_string(subsystem);
  }
  // Half a minute of refusals: every user thinks before it tries again, so nobody hammers.
  EXPECT_THAT(failures(whole.of(Subsystem::api), Stage::connect), AllOf(Ge(200u), Le(400u)));
  EXPECT_THAT(failures(whole.of(Subsystem::websocket), Stage::connect), AllOf(Ge(100u), Le(160u)));
}

TEST(Quick, TheFirstInterruptionDrains) {
  WholeRun whole(make_plan(load("quick")), {}, 2);
  whole.play(1s, [&](double at) {
    if (at == 20) whole.run.interrupt(whole.fleet.now());
  });
  EXPECT_LT(whole.run.elapsed_seconds(), 30.0);
  EXPECT_EQ(whole.fleet.left_over(), 0u);
  EXPECT_EQ(whole.fleet.health().cut_off, 0u) << "all could end in the drain time";
  for (const Subsystem subsystem : core::all_subsystems) {
    EXPECT_EQ(whole.of(subsystem).failed(), 0u) << to_string(subsystem);
    EXPECT_EQ(whole.of(subsystem).in_progress, 0) << to_string(subsystem);
  }
}

TEST(Quick, TheSecondInterruptionKills) {
  support::Behaviour behaviour;
  behaviour.http_latency = 8s;
  WholeRun whole(make_plan(load("quick")), behaviour, 2);
  whole.play(1s, [&](double at) {
    if (at == 20 || at == 21) whole.run.interrupt(whole.fleet.now());
  });
  EXPECT_LE(whole.run.elapsed_seconds(), 22.0);
  EXPECT_EQ(whole.fleet.left_over(), 0u);
  EXPECT_EQ(whole.of(Subsystem::api).failed(), 0u) << "what we kill is not a failure of the target";
}

TEST(Quick, UsersThatDoNotEndInTheDrainTimeAreCutOff) {
  support::Behaviour behaviour;
  behaviour.http_latency = 9s;  // three requests in a row outlast the 10 s of drain time
  WholeRun whole(make_plan(load("quick")), behaviour);
  whole.play();
  EXPECT_GT(whole.fleet.health().cut_off, 0u);
  EXPECT_LE(whole.run.elapsed_seconds(), 71.0);
  EXPECT_EQ(whole.fleet.left_over(), 0u);
}

}  // namespace
}  // namespace soundcheck::sim
