// Loads of every shape in virtual time, against targets whose truth can be computed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

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
