// The soak profile in virtual time: an hour of calls, requests and exchanges.
#include <gtest/gtest.h>

#include "tests/sim/whole_run.hpp"

namespace soundcheck::sim {
namespace {

using namespace std::chrono_literals;
using core::Counter;
using core::Metric;
using core::Subsystem;

TEST(Soak, AnHourOfCallsRequestsAndExchanges) {
  support::Behaviour behaviour;
  behaviour.http_latency = 20ms;
  behaviour.rtf = 0.5;
  WholeRun whole(make_plan(load("soak")), behaviour);
  whole.play(10s);
  EXPECT_EQ(whole.fleet.left_over(), 0u);
  EXPECT_EQ(whole.fleet.health().cut_off, 0u);
  for (const Subsystem subsystem : core::all_subsystems) {
    EXPECT_EQ(whole.of(subsystem).failed(), 0u) << to_string(subsystem);
    EXPECT_EQ(whole.of(subsystem).in_progress, 0) << to_string(subsystem);
  }

  const metrics::TaskRecord api = whole.of(Subsystem::api);
  const double requests = 25 * 3'480 * (31 / 16.0) / (1 + 31 / 16.0 * 0.020);
  EXPECT_NEAR(static_cast<double>(api.counter(Counter::started)), requests, requests * 0.01);
  EXPECT_NEAR(static_cast<double>(*api.histogram(Metric::response_time).quantile(0.99)), 20'000, 20);
  EXPECT_EQ(api.counter(Counter::reconnects), 0) << "one connection carries a user's hour";

  const metrics::TaskRecord& exchange = whole.task("exchange");
  EXPECT_NEAR(static_cast<double>(exchange.counter(Counter::succeeded)), 10 * 3'480 * 20 / 21.0, 200);

  const metrics::TaskRecord ai = whole.of(Subsystem::ai_pipeline);
  EXPECT_GT(ai.counter(Counter::turns), 3'500);
  EXPECT_EQ(ai.histogram(Metric::pacing_error).max(), 0) << "no drift in an hour";
  EXPECT_EQ(ai.histogram(Metric::voice_to_voice).max(), 327'250);
  EXPECT_EQ(ai.histogram(Metric::voice_to_voice).min(), 325'000);
  EXPECT_NEAR(static_cast<double>(*ai.histogram(Metric::rtf).quantile(0.95)), 500'000, 500);
}

}  // namespace
}  // namespace soundcheck::sim
