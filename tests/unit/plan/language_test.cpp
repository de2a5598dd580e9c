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

TEST_F(LanguageTest, MessagesHoldNothingOfTheEnvironment) {
  workspace.environment = {{"KEY", "s3cret"}};
  const Plan made = plan(R"(
  variables: {account: "${KEY}", region: eu}
  tasks:
    - name: a
      steps: [{request: "GET /a?key=${KEY}", check: {that: "{{account}} == {{region}}"}}]
)");
  const auto& step = std::get<http::RequestStep>(api_of(made).tasks[0].steps[0]);
  EXPECT_EQ(step.request.label(), "GET /a?key=${KEY}");
  EXPECT_THAT(sent(step), HasSubstr("GET /a?key=s3cret "));
  core::Variables variables;
  for (const auto& [slot, value] : api_of(made).variables.values)
    variables.set(slot, value.render(variables));
  EXPECT_EQ(step.that->explain(variables), "account is (hidden), region is eu");
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

TEST_F(LanguageTest, TasksTakeTheRowsThatTheyName) {
  workspace.write("systems/contacts.csv", "name,phone,city\nAda,+1,Rome\n");
  workspace.write("systems/users.csv", "email\na@example.com\n");
  const Plan made = plan(R"(
  data:
    contacts: {file: contacts.csv, order: random}
    users: {file: users.csv, order: unique}
  variables: {email: "{{users.email}}"}
  tasks:
    - {name: none, steps: [{request: "GET /{{email}}"}]}
    - name: some
      steps:
        - request: GET /{{contacts.city}}
        - when: "{{contacts.name}} == Ada"
          steps: [{request: "GET /"}]
)");
  const http::Workload& api = api_of(made);
  ASSERT_EQ(api.data.size(), 2U);
  EXPECT_EQ(api.data[0].order, core::FeedOrder::random);
  EXPECT_EQ(api.data[1].order, core::FeedOrder::unique);
  ASSERT_EQ(api.user_draws.size(), 1U);
  EXPECT_EQ(api.user_draws[0].feed, 1U);
  EXPECT_THAT(api.tasks[0].draws, testing::IsEmpty());
  ASSERT_EQ(api.tasks[1].draws.size(), 1U);
  EXPECT_EQ(api.tasks[1].draws[0].feed, 0U);
  std::vector<std::size_t> columns;
  for (const auto& [slot, column] : api.tasks[1].draws[0].cells) columns.push_back(column);
  EXPECT_THAT(columns, testing::UnorderedElementsAre(0, 2)) << "also what only a condition names";
  EXPECT_TRUE(api.tasks[0].may_stop) << "a user may find that no address is left";

  core::Variables variables;
  http::Feeders feeders(api.data, {0, 1}, 1);
  EXPECT_EQ(feeders.draw(api.tasks[1].draws, variables), nullptr);
  EXPECT_THAT(sent(api.tasks[1].steps[0], variables), testing::StartsWith("GET /Rome HTTP"));
}

TEST_F(LanguageTest, UploadsHaveTheirOwnContentType) {
  workspace.write("systems/contacts.csv", "name,phone\nAda,+1\n");
  const Plan made = plan(R"(
  tasks:
    - name: import
      steps:
        - request: POST /import
          multipart:
            - {name: file, file: contacts.csv}
            - {name: more, filename: rows.json, generate: {rows: 3, columns: {id: "{{index}}"}}}
            - {name: x, value: y}
        - request: POST /import
          multipart: [{name: x, value: y}]
)");
  const http::Workload& api = api_of(made);
  const auto& first = std::get<http::RequestStep>(api.tasks[0].steps[0]);
  const auto& second = std::get<http::RequestStep>(api.tasks[0].steps[1]);
  ASSERT_TRUE(first.multipart && second.multipart);
  EXPECT_NE(first.multipart->boundary, second.multipart->boundary);
  const auto body = http::make_body(*first.multipart, core::Variables{});
  std::string buffer;
  const std::string head(first.request.render({}, buffer, {}, body.get()));
  EXPECT_THAT(head,
              HasSubstr("Content-Type: multipart/form-data; boundary=" + first.multipart->boundary + "\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Length: " + std::to_string(*body->size()) + "\r\n"));
  std::string text;
  for (std::string_view piece = body->ahead(); !piece.empty(); piece = body->ahead()) {
    text += piece;
    body->skip(piece.size());
  }
  EXPECT_THAT(text,
              HasSubstr("filename=\"contacts.csv\"\r\nContent-Type: text/csv\r\n\r\nname,phone\nAda,+1\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: application/json\r\n\r\nid\n0\n1\n2\n"));
}

TEST_F(LanguageTest, ExtractionsAndStreamsAreCompiled) {
  const Plan made = plan(R"(
  tasks:
    - name: chat
      steps:
        - request: POST /chat
          stream: {token: /token, until: "[DONE]"}
          extract:
            id: /id
            ids: {json: "$.items[*].id", pick: all}
            who: {regex: 'I am (\w+)', default: nobody}
          extract_header: {token: X-Token}
        - request: GET /{{who}}/{{token}}
)");
  const auto& step = std::get<http::RequestStep>(api_of(made).tasks[0].steps[0]);
  ASSERT_TRUE(step.stream);
  EXPECT_EQ(step.stream->token, "/token");
  ASSERT_EQ(step.extract.size(), 4U);
  EXPECT_EQ(std::get<http::PointerSource>(step.extract[0].source).pointer, "/id");
  EXPECT_EQ(std::get<core::JsonPath>(step.extract[1].source).text(), "$.items[*].id");
  EXPECT_EQ(step.extract[1].pick, http::Extraction::Pick::all);
  EXPECT_EQ(std::get<http::PatternSource>(step.extract[2].source).group, 1);
  EXPECT_EQ(step.extract[2].otherwise, "nobody");
  EXPECT_EQ(std::get<http::HeaderSource>(step.extract[3].source).name, "X-Token");
}

}  // namespace
}  // namespace soundcheck::plan
