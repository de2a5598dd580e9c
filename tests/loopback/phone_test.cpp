// The Phone Agent as shipped, at small scale against the reference agent: all three subsystems together, the
// mix of API tasks, ids that are used again, and a target that misbehaves.
#include <gmock/gmock.h>

#include "tests/loopback/system_run.hpp"

namespace soundcheck::loopback {
namespace {

class Phone : public SystemRun {
 protected:
  /// Calls of one turn, so that some end in the time; the growth of a few seconds is the start's.
  static inline const Arguments brief{"--users",      "10",
                                      "--spawn-rate", "1000",
                                      "--duration",   "8s",
                                      "--set",        "drain=20s",
                                      "--set",        "system.api.think_time=20ms",
                                      "--set",        "system.ai_pipeline.turns=1",
                                      "--set",        "system.objectives[name=Memory growth]=~"};
};

TEST_F(Phone, AllThreeSubsystemsTogether) {
  start_agent({"--rtf", "0.5"}, true);
  const Ended ended = run_profile("quick", brief);
  expect_exit(ended, 0);
  const double lists = requests("GET /api/v1/calls");
  const double agents = requests("GET /api/v1/agents");
  const double summaries = requests("GET /api/v1/metrics/summary");
  expect_share(lists, lists + agents + summaries, 5.0 / 8, "lists of calls");
  expect_share(agents, agents + summaries, 2.0 / 3, "lists of agents");
  EXPECT_EQ(seen("/requests_by_status/404"), 0) << "calls are those that were made";
  EXPECT_EQ(requests("POST /api/v1/calls"), requests("POST /api/v1/calls/{id}/end")) << "each call is ended";
  EXPECT_EQ(requests("POST /api/v1/calls"), requests("GET /api/v1/calls/{id}")) << "and looked at once";
  EXPECT_EQ(figure("/websocket/total/failed"), 0);
  EXPECT_GE(figure("/ai_pipeline/total/counters/succeeded"), 3);
  for (const char* part : {"api", "websocket", "ai_pipeline"})
    EXPECT_EQ(text(std::string("/") + part + "/success"), "true") << part;
  expect_verdict("verdict_phone_pass.txt", ended);
}

TEST_F(Phone, ASlowPipelineIsAWarningAndErrorsAreCritical) {
  start_agent({"--rtf", "0.9", "--error-rate", "8%"}, true);
  const Ended ended = run_profile("quick", brief);
  expect_exit(ended, 1);
  EXPECT_EQ(text("/api/success"), "false");
  EXPECT_EQ(text("/ai_pipeline/success"), "true") << "a warning is no failure";
  expect_verdict("verdict_phone_fail.txt", ended);
}

}  // namespace
}  // namespace soundcheck::loopback
