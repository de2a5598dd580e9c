// What the steps of a system file do to a real target: before, during and after the load.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::HasSubstr;
using testing::Not;

class Language : public LoadRun {
 protected:
  void system(const std::string& api) const {
    write("profile.yaml",
          "system: system.yaml\nduration: 4s\nwarm_up: 1s\ndrain: 3s\napi: {users: 5, spawn_rate: 1000/s}\n");
    write("system.yaml",
          "health_path: /api/v1/health\n"
          "objectives: [{name: success, metric: api.success_rate, target: \"> 99%\"}]\napi:\n" +
              api);
  }
  static Arguments against(const Agent& agent) { return api_only + Arguments{"--target", agent.url()}; }
};

constexpr const char* shared_call = R"(
  setup:
    - request: POST /api/v1/calls
      body: {from: "+12025550100", to: "+12025550199", agent: front-desk}
      check: {status: 201}
      extract: {shared: /id}
  teardown:
    - request: POST /api/v1/calls/{{shared}}/end
      check: {json: {/status: ended}}
  think_time: 50ms
  tasks:
    - name: look
      steps:
        - request: GET /api/v1/calls/{{shared}}
          check: {json: {/id: "{{shared}}", /status: in_progress}}
)";

TEST_F(Language, AllUsersHaveWhatTheSetupMadeAndTheTeardownEndsIt) {
  const Agent agent({});
  system(shared_call);
  const Ended ended = run(against(agent));
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/api/tasks/look/counters/succeeded"), 100);
  EXPECT_EQ(figure("/api/total/failed"), 0);
  EXPECT_THAT(ended.out, Not(HasSubstr("teardown")));
}

/// The first example of docs/system_language.md: a system alone is run with the quick profile, or what of it
/// fits.
TEST_F(Language, ASystemWithAnApiAloneRunsWithoutAProfile) {
  const Agent agent({});
  write("my_system.yaml",
        "health_path: /api/v1/health\n"
        "api:\n  tasks:\n    - name: list_calls\n      steps:\n        - request: GET "
        "/api/v1/calls?limit=20\n");
  const Ended ended = undisturbed([&] {
    return start_bare({"--system", "my_system.yaml", "--target", agent.url(), "--duration", "2s", "--set",
                       "warm_up=0s", "--set", "system.api.think_time=50ms", "--output", "load-results.json"})
        .wait(run_limit);
  });
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/api/tasks/list_calls/counters/succeeded"), 10);
  EXPECT_EQ(text("/websocket/skipped"), "true");
  EXPECT_EQ(text("/ai_pipeline/skipped"), "true");
}

TEST_F(Language, ASetupThatFailsSendsNoLoad) {
  const Agent agent({});
  system(R"(
  setup: [{request: POST /api/v1/seed, check: {status: 201}}]
  tasks: [{name: look, steps: [{request: GET /api/v1/calls}]}]
)");
  const Ended ended = start(against(agent)).wait(run_limit);
  EXPECT_EQ(ended.exit_code, 4) << ended.out;
  EXPECT_THAT(ended.err,
              HasSubstr("the setup failed, so no load was sent: check: POST /api/v1/seed: status 404, "
                        "expected 201"));
  EXPECT_EQ(agent.count("/requests"), 2U) << "the health check and the setup";
}

TEST_F(Language, ATeardownThatFailsIsANote) {
  const Agent agent({});
  system(R"(
  teardown: [{request: DELETE /api/v1/seed}]
  tasks: [{name: look, steps: [{request: GET /api/v1/calls}]}]
)");
  const Ended ended = run(against(agent));
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out,
              HasSubstr("the teardown failed: check: DELETE /api/v1/seed: status 404, expected 200"));
}

TEST_F(Language, TheTeardownIsDoneAfterASignal) {
  const Agent agent({});
  system(shared_call);
  Program program = start(against(agent) + Arguments{"--duration", "100s"});
  ASSERT_TRUE(program.wait_for_output("running", run_limit));
  program.signal(SIGINT);
  const Ended ended = program.wait(run_limit);
  EXPECT_EQ(ended.exit_code, 130);
  EXPECT_THAT(ended.out, Not(HasSubstr("teardown")));
  system(R"(
  tasks:
    - name: ended
      steps: [{request: "GET /api/v1/calls?limit=1", check: {body_contains: ended}}]
)");
  const Ended after = run(against(agent));
  EXPECT_EQ(after.exit_code, 0) << "the call was ended: " << after.err;
}

TEST_F(Language, TasksThatFindNothingAreSkippedWithTheirReason) {
  const Agent agent({});
  system(R"(
  think_time: 50ms
  tasks:
    - name: health
      steps: [{request: GET /api/v1/health}]
    - name: details
      steps:
        - {request: GET /api/v1/calls, extract: {total: /total}}
        - when: "{{total}} == 0"
          steps: [{stop_task: "nothing to view: there are no calls"}]
        - request: GET /api/v1/nowhere
)");
  const Ended ended = run(against(agent));
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("× details was skipped: nothing to view: there are no calls"));
  EXPECT_THAT(ended.out, HasSubstr("details was skipped every time, so it has not been tested"));
  EXPECT_EQ(text("/api/tasks/details/skips/0/reason"), "nothing to view: there are no calls");
  EXPECT_GT(figure("/api/tasks/details/counters/skipped"), 10);
}

TEST_F(Language, TasksAndClassesAreChosenOnTheCommandLine) {
  const Agent agent({});
  system(R"(
  think_time: 50ms
  user_classes:
    - {name: reader, tasks: [health, list]}
    - {name: writer, tasks: [create]}
  tasks:
    - {name: health, steps: [{request: GET /api/v1/health}]}
    - {name: list, steps: [{request: GET /api/v1/calls}]}
    - name: create
      steps: [{request: POST /api/v1/calls, body: {from: "+1", to: "+2", agent: a}, check: {status: 201}}]
)");
  const Ended ended = run(against(agent) + Arguments{"--user-class", "reader", "--without-task", "health"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/api/tasks/list/counters/succeeded"), 10);
  EXPECT_EQ(figure("/api/tasks/create/counters/started"), 0);
  EXPECT_FALSE(result().find("/api/tasks/health")) << "switched off";

  const Ended wrong = start(against(agent) + Arguments{"--user-class", "readers"}).wait(run_limit);
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err,
              HasSubstr("command line: --user-class: the system has no such user class (found \"readers\"); "
                        "did you mean \"reader\"?"));
}

}  // namespace
}  // namespace soundcheck::loopback
