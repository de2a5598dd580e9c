// Loads of every shape in virtual time, against targets whose truth can be computed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/whole_run.hpp"

namespace soundcheck::sim {
namespace {

using namespace std::chrono_literals;
using core::Counter;
using core::Metric;
using core::Subsystem;

/// The quick profile with nothing but an API load of one request a task.
profile::Profile api_profile(core::Duration duration, const profile::Load& load) {
  profile::Profile profile = sim::load("quick");
  profile.duration = duration;
  profile.warm_up = 0s;
  profile.websocket.reset();
  profile.ai_pipeline.reset();
  profile.api = load;
  std::erase_if(profile.system.api->tasks, [](const auto& task) { return task.name != "health_check"; });
  return profile;
}

profile::Load open_load(double rate, shape::Spacing spacing) {
  profile::Load load;
  load.rate = profile::Rate{rate};
  load.arrivals = spacing;
  return load;
}

/// 1 ms, and 2 s of full stop in every 10 s.
support::Behaviour stalling() {
  support::Behaviour behaviour;
  behaviour.http_latency = 1ms;
  behaviour.connect_time = 0ns;
  behaviour.stall = 2s;
  return behaviour;
}

std::int64_t exact_quantile(std::vector<std::int64_t> values, double q) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

void expect_micro(const metrics::Histogram& histogram, double q, std::int64_t wanted) {
  EXPECT_NEAR(static_cast<double>(histogram.quantile(q).value_or(0)), static_cast<double>(wanted),
              static_cast<double>(wanted) / 500)
      << "quantile " << q;
}

TEST(Shapes, TheOpenModelSeesAStallAsEveryIndependentCallerDoes) {
  const support::Behaviour behaviour = stalling();
  WholeRun whole(make_plan(api_profile(60s, open_load(200, shape::Spacing::even))), behaviour);
  whole.play();
  std::vector<std::int64_t> truth;
  for (int k = 0; k < 12'000; ++k) {
    const core::TimePoint arrival = whole.t0 + k * 5ms;
    truth.push_back((behaviour.answered_at(arrival) - arrival).count() / 1'000);
  }
  const metrics::TaskRecord api = whole.of(Subsystem::api);
  EXPECT_EQ(api.counter(Counter::started), 12'000);
  EXPECT_EQ(api.counter(Counter::succeeded), 12'000);
  EXPECT_EQ(api.counter(Counter::late_starts), 0);
  for (const double q : {0.5, 0.75, 0.9, 0.95, 0.99, 0.999}) {
    expect_micro(api.histogram(Metric::response_time), q, exact_quantile(truth, q));
  }
  EXPECT_GT(api.histogram(Metric::response_time).quantile(0.9).value_or(0), 900'000) << "the stall is seen";
}

/// The same target in the closed model without think time: nearly nobody asks while it stands still.
TEST(Shapes, AClosedLoopWithoutPacingHidesTheStall) {
  profile::Load load;
  load.users = 1;
  load.spawn_rate = {1'000};
  profile::Profile profile = api_profile(60s, load);
  profile.system.api->think_time = core::Pause::constant(4ms);
  WholeRun whole(make_plan(profile), stalling());
  whole.play();
  const metrics::TaskRecord api = whole.of(Subsystem::api);
  expect_micro(api.histogram(Metric::response_time), 0.99, 1'000);
}

/// Pacing keeps the intended starts, so that the response time tells the truth and the service time does not.
TEST(Shapes, PacedUsersShowTheStallInTheResponseTimeOnly) {
  profile::Load load;
  load.users = 20;
  load.spawn_rate = {200};
  load.pacing = 100ms;
  const support::Behaviour behaviour = stalling();
  WholeRun whole(make_plan(api_profile(60s, load)), behaviour);
  whole.play();
  const metrics::TaskRecord api = whole.of(Subsystem::api);
  EXPECT_NEAR(static_cast<double>(api.counter(Counter::started)), 12'000, 250);
  EXPECT_GT(api.histogram(Metric::response_time).quantile(0.9).value_or(0), 900'000);
  expect_micro(api.histogram(Metric::service_time), 0.9, 1'000);
  EXPECT_GT(api.counter(Counter::late_starts), 2'000) << "20 % of the starts were late, and are counted";
  EXPECT_EQ(api.histogram(Metric::lateness).max(), 0) << "none of it was the generator's fault";
}

/// One shard and eight send the same requests at the same times, whatever the shape.
TEST(Shapes, AnyNumberOfShardsMakesTheSameLoad) {
  profile::Load stages;
  stages.stages = {{5, false, 0s, 3s}, {40, false, 4s, 1s}, {2, false, 3s, 2s}};
  stages.pacing = 250ms;
  for (const profile::Load& load :
       {open_load(80, shape::Spacing::poisson), open_load(80, shape::Spacing::even), stages}) {
    std::vector<core::TimePoint> first;
    for (const std::uint32_t shards : {1U, 3U, 8U}) {
      support::Behaviour behaviour;
      behaviour.connect_time = 0ns;
      WholeRun whole(make_plan(api_profile(14s, load)), behaviour, shards);
      whole.fleet.record_starts();
      whole.play();
      std::vector<core::TimePoint> times;
      for (const auto& [name, at] : whole.fleet.starts()) times.push_back(at);
      std::sort(times.begin(), times.end());
      ASSERT_GT(times.size(), 500U);
      if (first.empty()) first = times;
      EXPECT_EQ(times, first) << shards << " shards";
      EXPECT_EQ(whole.fleet.left_over(), 0u);
    }
  }
}

TEST(Shapes, ASpikeInStagesHasTheUsersThatItPromises) {
  WholeRun whole(make_plan(load("shapes/spike_stages")), {});
  whole.play();
  for (const metrics::SecondRow& row : whole.totals.rows(Subsystem::api)) {
    if (row.at > 90) break;
    const double t = row.at;
    const double wanted = t < 30 ? 1 : t <= 60 ? 1 + 99 * (t - 30) / 30 : 100 - 99 * (t - 60) / 30;
    // On the way down, a user whose next task would begin too late leaves at once (thinking takes up to
    // 1.5 s), and one that is busy finishes its task.
    const double down = t > 60 ? 6 : 0;
    EXPECT_GE(static_cast<double>(row.in_progress), std::floor(wanted) - 1 - down) << "at " << t;
    EXPECT_LE(static_cast<double>(row.in_progress), std::ceil(wanted) + 1 + down) << "at " << t;
  }
  EXPECT_EQ(whole.of(Subsystem::api).failed(), 0u);
}

TEST(Shapes, AWorkloadHasItsOwnStartAndEnd) {
  profile::Profile profile = api_profile(30s, open_load(10, shape::Spacing::even));
  profile::Load spike = open_load(100, shape::Spacing::even);
  spike.start = 10s;
  spike.duration = 5s;
  profile.workloads.push_back({"spike", Subsystem::api, spike});
  WholeRun whole(make_plan(profile), {});
  whole.play();
  EXPECT_EQ(whole.task("health_check").counter(Counter::started), 300);
  EXPECT_EQ(whole.task("spike/health_check").counter(Counter::started), 500);
  for (const metrics::SecondRow& row : whole.totals.rows(Subsystem::api)) {
    const bool during = row.at > 10.5 && row.at < 15.5;
    if (row.at < 30) {
      EXPECT_NEAR(static_cast<double>(row.succeeded), during ? 110 : 10, 2) << row.at;
    }
  }
}

TEST(Shapes, CallsAndConnectionsArriveInTheOpenModelToo) {
  profile::Profile profile = load("quick");
  profile.api.reset();
  profile.websocket = open_load(3, shape::Spacing::poisson);
  profile.ai_pipeline = open_load(0.5, shape::Spacing::even);
  WholeRun whole(make_plan(profile), {});
  whole.play();
  EXPECT_EQ(whole.fleet.left_over(), 0u);
  const metrics::TaskRecord ai = whole.of(Subsystem::ai_pipeline);
  EXPECT_EQ(ai.failed(), 0u);
  EXPECT_GT(ai.counter(Counter::turns), 50);
  const metrics::TaskRecord& connections = whole.task("connection");
  EXPECT_EQ(connections.failed(), 0u);
  EXPECT_NEAR(static_cast<double>(connections.counter(Counter::started)), 3 * 55, 45);
}

/// The quick profile with nothing but this load on one subsystem; its users stay until they are to leave.
profile::Profile channel_profile(core::Duration duration, Subsystem subsystem, const profile::Load& load) {
  profile::Profile profile = sim::load("quick");
  profile.duration = duration;
  profile.warm_up = 0s;
  profile.api.reset();
  profile.websocket.reset();
  profile.ai_pipeline.reset();
  (subsystem == Subsystem::websocket ? profile.websocket : profile.ai_pipeline) = load;
  profile.system.websocket->hold = 1h;
  profile.system.ai_pipeline->turns = 10'000;
  return profile;
}

/// A connection is closed at once. A caller lets the turn end: a pause of 0.8 s, 2.2 s of speech, 0.3 s until
/// the answer, 1 s of answer.
constexpr core::Duration longest_turn = 4'500ms;

class ChannelShapes : public testing::TestWithParam<Subsystem> {
 protected:
  static std::string path() {
    return GetParam() == Subsystem::websocket ? "/api/v1/events" : "/api/v1/voice";
  }
  /// At least `wanted` users at each second, and no more than were wanted at some time since a turn ago.
  static void expect_users(const WholeRun& whole, double end, const std::function<double(double)>& wanted) {
    const double turn = GetParam() == Subsystem::websocket ? 0 : core::to_seconds(longest_turn);
    for (const metrics::SecondRow& row : whole.totals.rows(GetParam())) {
      if (row.at > end) break;
      double most = 0;
      for (double t = std::max(0.0, row.at - turn); t < row.at + 0.01; t += 0.01)
        most = std::max(most, wanted(std::min(t, row.at)));
      const auto users = static_cast<double>(row.in_progress);
      EXPECT_GE(users, std::floor(wanted(row.at)) - 1) << "at " << row.at;
      EXPECT_LE(users, std::ceil(most) + 1) << "at " << row.at;
    }
  }
  /// When each connection of the run was opened, in seconds since its start, in order.
  static std::vector<double> starts(const WholeRun& whole) {
    std::vector<double> out;
    for (const auto& [name, at] : whole.fleet.starts()) {
      EXPECT_EQ(name, path());
      out.push_back(core::to_seconds(at - whole.t0));
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  static support::Behaviour reached_at_once() {
    support::Behaviour behaviour;
    behaviour.connect_time = 0ns;
    return behaviour;
  }
};

INSTANTIATE_TEST_SUITE_P(Channels, ChannelShapes,
                         testing::Values(Subsystem::websocket, Subsystem::ai_pipeline),
                         [](const auto& test) { return std::string(core::to_string(test.param)); });

TEST_P(ChannelShapes, LinearStagesHaveTheUsersThatTheyPromise) {
  profile::Load load;
  load.stages = {{20, false, 10s, 5s}, {5, false, 10s, 15s}};
  WholeRun whole(make_plan(channel_profile(40s, GetParam(), load)), reached_at_once(), 2);
  whole.play();
  expect_users(whole, 39, [](double t) {
    if (t < 10) return 2 * t;
    if (t < 15) return 20.0;
    return t < 25 ? 20 - 1.5 * (t - 15) : 5.0;
  });
  EXPECT_EQ(whole.of(GetParam()).failed(), 0u);
  EXPECT_EQ(whole.fleet.left_over(), 0u);
}

TEST_P(ChannelShapes, LinearStagesOfARateArriveWhereTheIntegralReachesWholeNumbers) {
  profile::Load load;
  load.stages = {{2, true, 10s, 5s}, {0, true, 4'500ms, 0s}};
  load.arrivals = shape::Spacing::even;
  WholeRun whole(make_plan(channel_profile(20s, GetParam(), load)), reached_at_once(), 3);
  whole.fleet.record_starts();
  whole.play();
  const std::vector<double> seen = starts(whole);
  ASSERT_EQ(seen.size(), 25u) << "10 on the way up, 10 at 2 a second, 5 on the way down";
  for (std::size_t k = 0; k < seen.size(); ++k) {
    const auto n = static_cast<double>(k);
    const double wanted = n < 10   ? std::sqrt(10 * n)
                          : n < 20 ? 10 + (n - 10) / 2
                                   : 15 + 4.5 * (1 - std::sqrt(1 - (n - 20) / 4.5));
    EXPECT_NEAR(seen[k], wanted, 1e-6) << k;
  }
  EXPECT_EQ(whole.of(GetParam()).failed(), 0u);
}

TEST_P(ChannelShapes, AWorkloadHasItsOwnStartAndDuration) {
  profile::Load steady;
  steady.users = 2;
  steady.spawn_rate = {1'000};
  profile::Load crowd;
  crowd.users = 10;
  crowd.spawn_rate = {1'000};
  crowd.start = 9'500ms;
  crowd.duration = 8s;
  profile::Profile profile = channel_profile(30s, GetParam(), steady);
  profile.workloads.push_back({"crowd", GetParam(), crowd});
  WholeRun whole(make_plan(profile), reached_at_once());
  whole.fleet.record_starts();
  whole.play();
  expect_users(whole, 29, [](double t) { return t > 9.5 && t < 17.5 ? 12.0 : 2.0; });
  const std::vector<double> seen = starts(whole);
  ASSERT_EQ(seen.size(), 12u);
  EXPECT_LT(seen[1], 0.1);
  EXPECT_GE(seen[2], 9.5);
  EXPECT_LT(seen[11], 9.6);
  std::int64_t of_the_crowd = 0;
  for (std::size_t i = 0; i < whole.plan.tasks.size(); ++i) {
    const std::string& name = whole.plan.tasks[i].second;
    if (name == "crowd/connection" || name.starts_with("crowd/call_"))
      of_the_crowd += whole.totals.totals()[i].counter(Counter::started);
  }
  EXPECT_EQ(of_the_crowd, 10) << "its results stand under its own name";
  EXPECT_EQ(whole.of(GetParam()).failed(), 0u);
  EXPECT_EQ(whole.fleet.left_over(), 0u);
}

TEST_P(ChannelShapes, SoHasAWorkloadOfArrivals) {
  profile::Load steady;
  steady.users = 1;
  steady.spawn_rate = {1'000};
  profile::Load callers = open_load(2, shape::Spacing::even);
  callers.start = 10s;
  callers.duration = 5s;
  profile::Profile profile = channel_profile(30s, GetParam(), steady);
  profile.workloads.push_back({"callers", GetParam(), callers});
  WholeRun whole(make_plan(profile), reached_at_once());
  whole.fleet.record_starts();
  whole.play();
  const std::vector<double> seen = starts(whole);
  ASSERT_EQ(seen.size(), 11u);
  for (std::size_t k = 0; k < 10; ++k) EXPECT_NEAR(seen[k + 1], 10 + 0.5 * static_cast<double>(k), 1e-6) << k;
}

TEST(Shapes, WhatTheOpenModelMayNotStartIsDroppedAndCounted) {
  profile::Load load = open_load(100, shape::Spacing::even);
  load.max_in_progress = 10;
  support::Behaviour behaviour;
  behaviour.http_latency = 1s;
  WholeRun whole(make_plan(api_profile(20s, load)), behaviour);
  whole.play();
  const metrics::TaskRecord api = whole.of(Subsystem::api);
  EXPECT_EQ(api.counter(Counter::started) + api.counter(Counter::dropped_starts), 2'000);
  EXPECT_NEAR(static_cast<double>(api.counter(Counter::started)), 200, 10);
}

}  // namespace
}  // namespace soundcheck::sim
