// The Learning Voice Agent as shipped, at small scale against the reference agent: what the agent saw is what
// was meant, and a slow target ends in the right level and exit code.
#include <gmock/gmock.h>

#include "tests/loopback/system_run.hpp"

namespace soundcheck::loopback {
namespace {

class Learning : public SystemRun {};

TEST_F(Learning, LessonsComeTokenByToken) {
  start_agent({"--first-token", "20ms", "--token-interval", "2ms"});
  const Ended ended = run_profile("learning_voice_agent/quick", hurry);
  expect_exit(ended, 0);
  expect_mix({{"take_turn", 12},
              {"take_turn_at_once", 3},
              {"get_progress", 3},
              {"list_topics", 1},
              {"end_session", 1}});
  EXPECT_EQ(requests("GET /learning/api/topics"), begun("list_topics") + 1) << "and once before the load";
  EXPECT_EQ(requests("GET /learning/api/sessions/{id}/progress"), succeeded("get_progress"));
  const double turns = requests("POST /learning/api/sessions/{id}/turns");
  EXPECT_EQ(succeeded("take_turn") + succeeded("take_turn_at_once"), turns);
  EXPECT_EQ(seen("/learning/messages"), turns);
  expect_share(succeeded("take_turn"), turns, 12.0 / 15, "streamed turns");
  EXPECT_EQ(figure("/api/total/metrics/first_token_time/count"), succeeded("take_turn"));
  EXPECT_GT(figure("/api/total/counters/tokens"), succeeded("take_turn"));
  EXPECT_EQ(seen("/learning/unknown_ids") + seen("/learning/forgotten_ids"), 0);
  EXPECT_EQ(seen("/learning/ended"), succeeded("end_session"));
  expect_verdict("verdict_learning_pass.txt", ended);
}

TEST_F(Learning, ASlowFirstTokenFailsIt) {
  start_agent({"--first-token", "2500ms"});
  const Ended ended = run_profile("learning_voice_agent/quick", hurry);
  expect_exit(ended, 1);
  EXPECT_GT(figure("/api/total/metrics/first_token_time/p50"), 2.4);
  expect_verdict("verdict_learning_fail.txt", ended);
}

}  // namespace
}  // namespace soundcheck::loopback
