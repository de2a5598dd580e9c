// What becomes of the language of system files in a plan: slots, names of results, headers, classes.
#include <gmock/gmock.h>

#include "runner/plan/plan.hpp"
#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::plan {
namespace {

using core::Subsystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class LanguageTest : public testing::Test {
 protected:
  Plan plan(const std::string& api) {
    workspace.write("systems/sys.yaml", "health_path: /health\napi:\n" + api);
    EXPECT_THAT(workspace.mistakes(), testing::IsEmpty());
    const auto loaded = workspace.load();
    const net::TargetUrl url{"h", "80", "", "http://h"};
    auto built = build_plan(loaded.profile.value(), url, {"h", "80", "h", {}}, {}, {});
    if (auto* problem = std::get_if<std::string>(&built)) throw std::runtime_error(*problem);
    return std::move(std::get<Plan>(built));
  }
  static const http::Workload& api_of(const Plan& plan, std::size_t i = 0) {
    return std::get<http::Workload>(plan.workloads.at(i).behaviour);
  }
  static std::string sent(const http::Step& step, const core::Variables& variables = {}) {
    std::string buffer;
    return std::string(std::get<http::RequestStep>(step).request.render(variables, buffer));
  }

  profile::Workspace workspace;
};

TEST_F(LanguageTest, ResultsAreCountedUnderTasksAndNames) {
  const Plan made = plan(R"(
  login: {steps: [{request: POST /login}]}
  tasks:
    - name: talk
      steps:
        - {request: POST /a, name: start}
        - when: 1 == 1
          steps: [{request: POST /b, name: send}]
    - name: look
      steps:
        - {request: POST /b, name: send}
        - request: GET /c
)");
  EXPECT_THAT(made.tasks, ElementsAre(Pair(Subsystem::api, "login"), Pair(Subsystem::api, "start"),
                                      Pair(Subsystem::api, "send"), Pair(Subsystem::api, "look")));
  const http::Workload& api = api_of(made);
  EXPECT_EQ(api.login->task, 0);
  EXPECT_EQ(api.tasks[0].id, 1) << "nothing is counted under the task itself";
  EXPECT_EQ(std::get<http::RequestStep>(api.tasks[1].steps[0]).counted_under, core::TaskId{2});
  EXPECT_EQ(std::get<http::RequestStep>(api.tasks[1].steps[1]).counted_under, std::nullopt);
}

TEST_F(LanguageTest, HeadersOfTheApiWaitForWhatTheyName) {
  const Plan made = plan(R"(
  headers: {Authorization: "Bearer {{token}}", X-Fixed: "1", X-Request: "{{uuid}}"}
  setup: [{request: POST /seed}]
  login: {steps: [{request: POST /login, extract: {token: /t}}, {request: POST /confirm}]}
  tasks:
    - {name: a, steps: [{request: GET /a, headers: {x-fixed: "2"}}]}
)");
  const http::Workload& api = api_of(made);
  EXPECT_THAT(sent(api.setup[0]), Not(HasSubstr("Authorization")));
  EXPECT_THAT(sent(api.login->steps[0]), Not(HasSubstr("Authorization")));
  EXPECT_THAT(sent(api.login->steps[0]), HasSubstr("X-Fixed: 1\r\n"));
  EXPECT_THAT(sent(api.login->steps[0]), HasSubstr("X-Request: "));
  EXPECT_THAT(sent(api.login->steps[1]), HasSubstr("Authorization: Bearer \r\n"))
      << "the token is known by now";
  EXPECT_THAT(sent(api.tasks[0].steps[0]), HasSubstr("Authorization: Bearer \r\n"));
  EXPECT_THAT(sent(api.tasks[0].steps[0]), Not(HasSubstr("X-Fixed: 1")));
}

TEST_F(LanguageTest, WorkloadsShareTheSlotsOfTheSetup) {
  workspace.write("p.yaml", R"(system: sys
duration: 30s
workloads:
  - {name: one, api: {users: 1, tasks: [a]}}
  - {name: two, api: {users: 2, tasks: [b]}}
)");
  const Plan made = plan(R"(
  setup: [{request: POST /seed, extract: {batch: /id}}]
  tasks:
    - {name: a, steps: [{set: {own: "1"}}, {request: "GET /{{own}}/{{batch}}"}]}
    - {name: b, steps: [{request: "GET /{{batch}}"}]}
)");
  core::Variables variables;
  const auto& setup = std::get<http::RequestStep>(api_of(made).setup[0]);
  variables.set(setup.extract[0].slot, "b-7");
  EXPECT_THAT(sent(api_of(made, 0).tasks[0].steps[1], variables), HasSubstr("GET //b-7 "));
  EXPECT_THAT(sent(api_of(made, 1).tasks[0].steps[0], variables), HasSubstr("GET /b-7 "));
  EXPECT_EQ(api_of(made, 0).tasks[0].own.size(), 1U) << "what the setup set is not the task's own";
  EXPECT_EQ(made.users, 3U);
}

TEST_F(LanguageTest, ClassesKeepTheirWeights) {
  const std::string system = R"(
  think_time: 1s
  user_classes:
    - {name: agent, weight: 3, tasks: [list, detail]}
    - {name: analyst, think_time: 5s..10s, tasks: {dashboard: 4, list: 1}}
  tasks:
    - {name: list, weight: 2, steps: [{request: GET /list}]}
    - {name: detail, steps: [{request: GET /detail}]}
    - {name: dashboard, steps: [{request: GET /dashboard}]}
)";
  const Plan made = plan(system);
  const http::Workload& api = api_of(made);
  ASSERT_EQ(api.classes.size(), 2U);
  EXPECT_THAT(api.classes[0].task_weights, ElementsAre(2, 1, 0));
  EXPECT_THAT(api.classes[1].task_weights, ElementsAre(1, 0, 4));
  EXPECT_EQ(api.classes[1].think_time->second(), core::Duration(std::chrono::seconds(10)));

  workspace.write("p.yaml", "system: sys\nduration: 30s\napi: {users: 1, tasks: [detail]}\n");
  EXPECT_EQ(api_of(plan(system)).classes.size(), 1U) << "a class without tasks has no users";
  workspace.request.tasks.classes = {"analyst"};
  EXPECT_THROW(plan(system), std::runtime_error);
}

TEST_F(LanguageTest, ATaskThatMayBeSkippedKeepsItsName) {
  const Plan made = plan(R"(
  tasks:
    - name: detail
      steps:
        - {request: GET /list, name: list, extract: {total: /total}}
        - when: "{{total}} == 0"
          steps: [{stop_task: nothing to view}]
)");
  EXPECT_THAT(made.tasks, ElementsAre(Pair(Subsystem::api, "detail"), Pair(Subsystem::api, "list")));
  EXPECT_TRUE(api_of(made).tasks[0].may_stop);
}

TEST_F(LanguageTest, ATasksLongestTimeCountsLoopsAndPolls) {
  workspace.write("p.yaml", "system: sys\nduration: 30s\napi: {rate: 2/s}\n");
  const Plan made = plan(R"(
  timeout: 10s
  tasks:
    - name: a
      steps:
        - repeat: 3
          steps: [{request: GET /a}]
        - {poll: GET /b, within: 60s, until: 1 == 1}
)");
  EXPECT_EQ(made.workloads[0].longest_occupation(), core::Duration(std::chrono::seconds(100)));
}

}  // namespace
}  // namespace soundcheck::plan
