// Tasks and classes that the command line switches off, weighs anew or chooses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

using testing::ElementsAre;
using testing::Pair;

class TaskChoiceTest : public testing::Test {
 protected:
  TaskChoiceTest() {
    workspace.write("systems/sys.yaml", R"(health_path: /health
api:
  user_classes:
    - {name: agent, weight: 9, tasks: [list, detail]}
    - {name: analyst, weight: 0, tasks: {dashboard: 3, list: 1}}
  tasks:
    - {name: list, weight: 5, steps: [{request: GET /list}]}
    - {name: detail, steps: [{request: GET /detail}]}
    - {name: dashboard, steps: [{request: GET /dashboard}]}
)");
  }
  ApiSystem chosen() {
    auto loaded = workspace.load();
    EXPECT_THAT(workspace.mistakes(), testing::IsEmpty());
    return loaded.profile ? *loaded.profile->system.api : ApiSystem{};
  }
  std::vector<std::uint32_t> weights() {
    std::vector<std::uint32_t> out;
    for (const HttpTask& task : chosen().tasks) out.push_back(task.weight);
    return out;
  }

  Workspace workspace;
  TaskChoice& choice = workspace.request.tasks;
};

TEST_F(TaskChoiceTest, ATaskIsSwitchedOff) {
  choice.without = {"detail"};
  EXPECT_THAT(weights(), ElementsAre(5, 0, 1));
}

TEST_F(TaskChoiceTest, AWeightCountsInClassesToo) {
  choice.weights = {{"list", "7"}, {"dashboard", "2"}};
  EXPECT_THAT(weights(), ElementsAre(7, 1, 2));
  EXPECT_THAT(chosen().user_classes[1].tasks,
              ElementsAre(Pair("dashboard", std::optional(2U)), Pair("list", std::optional(7U))));
}

TEST_F(TaskChoiceTest, OnlyTheNamedClassesAreLeft) {
  choice.classes = {"analyst"};
  const ApiSystem api = chosen();
  EXPECT_EQ(api.user_classes[0].weight, 0U);
  EXPECT_EQ(api.user_classes[1].weight, 1U) << "one that was off is on when it is asked for";
}

TEST_F(TaskChoiceTest, WrongNamesAreAnsweredWithTheNearest) {
  choice.without = {"lst"};
  choice.weights = {{"detail", "many"}};
  choice.classes = {"analist"};
  EXPECT_THAT(
      workspace.mistakes(),
      ElementsAre(
          R"(command line: --user-class: the system has no such user class (found "analist"); did you mean "analyst"?)",
          R"(command line: --without-task: the system has no such task (found "lst"); did you mean "list"?)",
          R"(command line: system.api.tasks[1].weight: this is not a whole number (found "many"); write a number from 0 to 1000000)"));
}

TEST_F(TaskChoiceTest, NothingLeftIsAMistake) {
  choice.without = {"list", "detail", "dashboard"};
  EXPECT_THAT(workspace.mistakes(), testing::Contains(testing::HasSubstr("all tasks have the weight 0")));
}

TEST_F(TaskChoiceTest, ClassesMustBeDeclared) {
  workspace.write("systems/sys.yaml", minimal_system);
  choice.classes = {"analyst"};
  EXPECT_THAT(
      workspace.mistakes(),
      ElementsAre("command line: --user-class: the system has no user classes (found \"analyst\"); declare "
                  "them under api.user_classes"));
}

TEST_F(TaskChoiceTest, TheResultKeepsWhatWasRun) {
  choice.without = {"detail"};
  EXPECT_THAT(workspace.load().profile->source_text, testing::ContainsRegex("GET /detail\n +weight: 0"));
}

}  // namespace
}  // namespace soundcheck::profile
