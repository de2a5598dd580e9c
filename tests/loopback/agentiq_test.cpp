// AgentIQ as shipped, at small scale against the reference agent: logins, tokens, the mix of tasks, an
// account without data, and the three levels of the verdict.
#include <gmock/gmock.h>

#include "tests/loopback/system_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Agentiq : public SystemRun {
 protected:
  void write_credentials() const {
    write(".env.loadtest", "LOAD_TEST_EMAIL=load@example.com\nLOAD_TEST_PASSWORD=correct horse battery\n");
  }
};

TEST_F(Agentiq, WithoutCredentialsNothingIsSent) {
  start_agent();
  const Ended ended = run_profile("agentiq/quick");
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("the environment variable LOAD_TEST_EMAIL is not set"),
                               HasSubstr("the environment variable LOAD_TEST_PASSWORD is not set"),
                               HasSubstr("2 mistakes; nothing was sent")));
  EXPECT_EQ(seen("/requests"), 0);
}

TEST_F(Agentiq, AgentsReadMostOfTheTimeAndAlwaysWithAToken) {
  start_agent();
  write_credentials();
  const Ended ended = run_profile("agentiq/quick", hurry);
  expect_exit(ended, 0);
  const double lists = requests("GET /agentiq/api/interactions") + requests("GET /agentiq/api/chats");
  const double details =
      requests("GET /agentiq/api/interactions/{id}") + requests("GET /agentiq/api/chats/{id}");
  const double analytics = requests("GET /agentiq/api/analytics/quality-metrics") +
                           requests("GET /agentiq/api/analytics/ops-alerts");
  const double writes = requests("POST /agentiq/api/ai/drafts") + requests("POST /agentiq/api/sync");
  // Lists are also looked at by users who want a detail and have none yet: a few at the start.
  const double all = lists + details + analytics + writes;
  expect_share(lists, all, 0.60, "lists");
  expect_share(details, all, 0.20, "details");
  expect_share(analytics, all, 0.15, "analytics");
  expect_share(writes, all, 0.05, "writes");
  expect_mix({{"list_interactions", 30},
              {"list_chats", 30},
              {"interaction_detail", 10},
              {"chat_detail", 10},
              {"quality_metrics", 8},
              {"ops_alerts", 7},
              {"draft", 3},
              {"sync", 2}});
  EXPECT_EQ(seen("/tokens/missing") + seen("/tokens/wrong") + seen("/tokens/expired"), 0);
  EXPECT_EQ(seen("/logins"), 11) << "each user, and the setup";
  EXPECT_EQ(requests("POST /agentiq/api/demo/seed"), 1);
  EXPECT_EQ(requests("POST /agentiq/api/auth/register"), 1);
  EXPECT_EQ(seen("/requests_by_status/404"), 0) << "details are of what the lists showed";
  EXPECT_THAT(read("load-results.json"), Not(HasSubstr("correct horse"))) << "a secret in the report";
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("correct horse")));
  expect_verdict("verdict_agentiq_pass.txt", ended);
}

TEST_F(Agentiq, TokensAreRenewedBeforeTheyExpire) {
  start_agent({"--token-lifetime", "3s"});
  write_credentials();
  const Ended ended =
      run_profile("agentiq/quick", hurry + Arguments{"--set", "system.api.login.refresh.before=1s"});
  expect_exit(ended, 0);
  EXPECT_GE(seen("/refreshes"), 10);
  EXPECT_EQ(seen("/requests_by_status/401"), 0) << "no wall of 401s";
}

TEST_F(Agentiq, SlowAnswersAreAcceptableAndErrorsAreCritical) {
  start_agent({"--delay", "700ms"});
  write_credentials();
  const Arguments many{"--users",    "60", "--spawn-rate", "1000",
                       "--duration", "6s", "--set",        "system.api.think_time=20ms"};
  Ended ended = run_profile("agentiq/quick", many);
  expect_exit(ended, 0);
  expect_verdict("verdict_agentiq_acceptable.txt", ended);

  // Not everywhere: a setup or a login that fails is no load at all.
  change_faults(
      R"({"delay": "off", "route_errors": {"GET /agentiq/api/interactions": "30%", "GET /agentiq/api/chats": "30%"}})");
  ended = run_profile("agentiq/quick", hurry);
  expect_exit(ended, 1);
  expect_verdict("verdict_agentiq_critical.txt", ended);
}

TEST_F(Agentiq, AnAccountWithoutDataHasNothingToViewAndSaysSo) {
  start_agent();
  write_credentials();
  const Ended ended = run_profile(
      "agentiq/quick", hurry + Arguments{"--set", "system.api.setup[2].body={interactions: 0, chats: 0}"});
  expect_exit(ended, 0);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("nothing to view: the account has no interactions"),
                               HasSubstr("nothing to view: the account has no chats")));
  EXPECT_EQ(requests("GET /agentiq/api/interactions/{id}") + requests("GET /agentiq/api/chats/{id}"), 0);
}

}  // namespace
}  // namespace soundcheck::loopback
