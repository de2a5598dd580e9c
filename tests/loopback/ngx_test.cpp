// The NGX Voice Sales Agent as shipped, at small scale against the reference agent: what the agent saw is
// what was meant, and a target that misbehaves ends in the right level and exit code.
#include <gmock/gmock.h>

#include "tests/loopback/system_run.hpp"

namespace soundcheck::loopback {
namespace {

class Ngx : public SystemRun {};

TEST_F(Ngx, ConversationsAreHeldAsTheWeightsSay) {
  start_agent();
  const Ended ended = run_profile("ngx_sales_agent/quick", hurry + no_cpu);
  expect_exit(ended, 0);
  const double messages = requests("POST /ngx/api/conversations/{id}/messages");
  const double roi = requests("POST /ngx/api/roi");
  const double recommendations = requests("GET /ngx/api/conversations/{id}/recommendations");
  const double states = requests("GET /ngx/api/conversations/{id}");
  expect_share(messages, messages + roi, 20.0 / 22, "messages");
  expect_share(states, states + recommendations, 5.0 / 8, "looks at the state");
  EXPECT_EQ(succeeded("send_message"), messages);
  EXPECT_EQ(succeeded("start_conversation"), seen("/ngx/started")) << "also those begun to send a message";
  EXPECT_EQ(seen("/ngx/unknown_ids") + seen("/ngx/forgotten_ids") + seen("/ngx/after_end"), 0)
      << "ids are those that were given out, and ended ones are left alone";
  EXPECT_EQ(seen("/ngx/ended"), succeeded("end_conversation"));
  expect_verdict("verdict_ngx_pass.txt", ended);
}

TEST_F(Ngx, ErrorsFailIt) {
  start_agent({"--route-errors", "POST /ngx/api/roi=50%", "--error-rate", "3%"});
  const Ended ended = run_profile("ngx_sales_agent/quick", hurry + no_cpu);
  expect_exit(ended, 1);
  EXPECT_EQ(text("/api/success"), "false");
  expect_verdict("verdict_ngx_fail.txt", ended);
}

TEST_F(Ngx, LostConversationsAreBegunAgain) {
  start_agent({"--lost-conversations", "20%"});
  const Ended ended = run_profile("ngx_sales_agent/quick", hurry + no_cpu);
  expect_exit(ended, 1);
  EXPECT_GT(seen("/ngx/forgotten_ids"), 0);
  EXPECT_GT(succeeded("send_message"), 10 * seen("/ngx/forgotten_ids") / 4) << "most go on";
}

}  // namespace
}  // namespace soundcheck::loopback
