// What the reference agent is told to do must come back in the figures.
#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::HasSubstr;

class Truth : public LoadRun {};

/// A mixture of two delays, in milliseconds, and how many answers got which.
struct Mixture {
  double quick = 0;
  double slow = 0;
  double quick_count = 0;
  double slow_count = 0;

  double share_of_quick() const { return quick_count / (quick_count + slow_count); }
};

/// The delay that a quantile must show. Within half a percent of the step from one to the other either is
/// true.
testing::AssertionResult shows(double seconds, const Mixture& mixture, double quantile) {
  const double ms = seconds * 1000;
  const auto close = [&](double truth) {
    return ms > truth - 0.01 && ms <= truth + std::max(1.0, truth / 100);
  };
  const bool on_the_step = std::abs(mixture.share_of_quick() - quantile) < 0.005;
  const bool may_be_quick = on_the_step || quantile < mixture.share_of_quick();
  const bool may_be_slow = on_the_step || quantile > mixture.share_of_quick();
  if ((may_be_quick && close(mixture.quick)) || (may_be_slow && close(mixture.slow)))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "quantile " << quantile << " is " << ms << " ms; of "
                                     << mixture.quick_count + mixture.slow_count << " answers "
                                     << mixture.slow_count << " took " << mixture.slow << " ms, the others "
                                     << mixture.quick;
}

TEST_F(Truth, MixedDelaysComeBackAsQuantiles) {
  for (const char* delay : {"5ms:95%,50ms:5%", "5ms:90%,50ms:10%"}) {
    const Agent agent({"--delay", delay});
    const Ended ended = start(api_only + Arguments{"--target", agent.url(), "--users", "20", "--duration",
                                                   "8s", "--set", "system.api.think_time=0s"})
                            .wait(run_limit);
    ASSERT_TRUE(ended.in_time) << ended.out;
    const core::JsonDocument control = agent.control();
    const Mixture mixture{5, 50, control.number("/delays_dealt/5").value_or(0),
                          control.number("/delays_dealt/50").value_or(0)};
    ASSERT_GT(mixture.quick_count, 5000);
    for (const auto& [name, quantile] :
         std::map<std::string, double>{{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}}) {
      EXPECT_TRUE(shows(figure("/api/total/metrics/response_time/" + name), mixture, quantile)) << delay;
    }
    EXPECT_EQ(figure("/api/total/failed"), 0);
  }
}

TEST_F(Truth, AStallShowsInTheSlowestAnswers) {
  const Agent agent({"--stall", "1s/2s"});
  const Ended ended = run(api_only + Arguments{"--target", agent.url(), "--set", "system.api.timeout=5s",
                                               "--set", "system.api.think_time=200ms", "--duration", "5s"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/api/total/metrics/response_time/p99"), 0.8);
  EXPECT_LT(figure("/api/total/metrics/response_time/p99"), 1.1);
  EXPECT_LT(figure("/api/total/metrics/response_time/p50"), 0.5);
}

TEST_F(Truth, TheRealTimeFactorOfAPipelineThatKeepsUp) {
  const Agent agent({"--rtf", "0.5"}, true);
  const Ended ended = run({"--target", agent.url(), "--only", "ai_pipeline", "--duration", "8s", "--set",
                           "drain=15s", "--set", "warm_up=0s"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_NEAR(figure("/ai_pipeline/total/metrics/rtf/p50"), 0.5, 0.5 * 0.05);
  EXPECT_THAT(text("/ai_pipeline/rtf_source"), HasSubstr("busy"));
  EXPECT_LT(figure("/ai_pipeline/total/metrics/lag/p95"), 0.4);
}

TEST_F(Truth, TheRealTimeFactorAndTheLagOfAPipelineThatFallsBehind) {
  const Agent agent({"--rtf", "1.3"}, true);
  const Ended ended = run({"--target", agent.url(), "--only", "ai_pipeline", "--duration", "8s", "--set",
                           "drain=20s", "--set", "warm_up=0s", "--set", "system.ai_pipeline.turns=2"});
  EXPECT_NEAR(figure("/ai_pipeline/total/metrics/rtf/p50"), 1.3, 1.3 * 0.05) << ended.out << ended.err;
  EXPECT_THAT(text("/ai_pipeline/rtf_source"), HasSubstr("busy"));
  EXPECT_GT(figure("/ai_pipeline/total/metrics/lag/max"), 1.0);
  EXPECT_GT(figure("/ai_pipeline/total/metrics/lag/max"), 3 * figure("/ai_pipeline/total/metrics/lag/min"));
  EXPECT_THAT(text("/limited_by"), HasSubstr("The speech pipeline: its real-time factor"));
}

const Arguments gentle{"--users", "2", "--set", "system.api.think_time=100ms"};

TEST_F(Truth, ALeakIsSeenAsMemoryGrowth) {
  const Agent agent({"--leak-per-second", "1MiB"});
  const Ended ended = run(api_only + gentle + Arguments{"--target", agent.url(), "--duration", "20s"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  // Growth is the median of the last three samples minus that of the first three after the warm-up.
  std::vector<double> at;
  for (int i = 0;; ++i) {
    const auto seconds = result().number("/target/process/samples/" + std::to_string(i) + "/at");
    if (!seconds) break;
    if (*seconds >= 1 && *seconds <= 20.5) at.push_back(*seconds);  // of the load, after the warm-up
  }
  ASSERT_GE(at.size(), 15U);
  const double truth = (at[at.size() - 2] - at[1]) * 1024 * 1024;
  EXPECT_NEAR(figure("/target/process/memory_growth_bytes"), truth, truth * 0.10);
  EXPECT_THAT(text("/target/process/how_found"), HasSubstr("listens on port"));
  EXPECT_EQ(figure("/target/process/pid"), agent.pid());
}

TEST_F(Truth, NoLeakIsNoMemoryGrowth) {
  const Agent agent({});
  const Ended ended = run(api_only + gentle + Arguments{"--target", agent.url(), "--duration", "9s"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_LT(figure("/target/process/memory_growth_bytes"), 5e6);
}

/// It fills its core, and yet it has next to nothing to do.
TEST_F(Truth, AGeneratorThatSpinsIsNotBusy) {
  const Agent agent({"--delay", "20ms"});
  const Ended ended = run(api_only + gentle +
                          Arguments{"--target", agent.url(), "--duration", "5s", "--idle-strategy", "spin"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/api/total/metrics/response_time/p50"), 0.0199);
  EXPECT_LT(figure("/validity/busiest_shard_cpu"), 0.5);
  EXPECT_GT(figure("/validity/generator_cpu_cores"), figure("/validity/busiest_shard_cpu"));
  EXPECT_THAT(ended.out, HasSubstr("--idle-strategy spin"));
}

TEST_F(Truth, ErrorsAreFailedChecksAndFailTheRun) {
  const Agent agent({"--error-rate", "0.1"});
  const Ended ended = run(api_only + Arguments{"--target", agent.url()});
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  const double n = this->ended("api");
  ASSERT_GT(n, 150);
  EXPECT_NEAR(figure("/api/total/success_rate"), 0.9, 4 * std::sqrt(0.9 * 0.1 / n));
  EXPECT_EQ(failures("api", "check"), figure("/api/total/failed"));
  EXPECT_EQ(text("/api/success"), "false");
  EXPECT_THAT(ended.out, HasSubstr("GET /api/v1/health: status 500, expected 200"));
  EXPECT_THAT(ended.out, HasSubstr("→ the answer is not what the system file expects"));
}

TEST_F(Truth, ARateLimitIsAClassOfItsOwnWithItsCure) {
  const Agent agent({"--rate-limit", "20/s"});
  const Ended ended = run(api_only + Arguments{"--target", agent.url()});
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_GT(failures("api", "rate_limited"), 20);
  EXPECT_EQ(failures("api", "rate_limited"), figure("/api/total/failed"));
  // 3 seconds are measured at 20 requests a second, and the bucket is empty by then.
  EXPECT_NEAR(figure("/api/total/counters/succeeded"), 60, 12);
  EXPECT_THAT(ended.out, HasSubstr("rate_limited: GET /api/v1/health: 429 Too Many Requests"));
  EXPECT_THAT(ended.out, HasSubstr("→ lower the spawn rate or the number of users"));
  EXPECT_THAT(ended.out, HasSubstr("Limited by: The target's rate limit"));
}

TEST_F(Truth, DroppedConnectionsAreReadFailures) {
  const Agent agent({"--drop-rate", "0.2"});
  // A POST is never sent twice, so every drop shows.
  const Ended ended = run(api_only + Arguments{"--target", agent.url(), "--set",
                                               "system.api.tasks[0].steps[0].request=POST /api/v1/calls",
                                               "--set", "system.api.tasks[0].steps[0].check={status: 400}"});
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  const double n = this->ended("api");
  ASSERT_GT(n, 150);
  EXPECT_NEAR(failures("api", "read") / n, 0.2, 4 * std::sqrt(0.2 * 0.8 / n)) << ended.out;
  EXPECT_EQ(failures("api", "read"), figure("/api/total/failed"));
}

}  // namespace
}  // namespace soundcheck::loopback
