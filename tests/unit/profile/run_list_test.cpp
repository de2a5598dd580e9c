#include "runner/profile/run_list.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class RunLists : public testing::Test {
 protected:
  RunListResult load(const std::string& text) {
    workspace_.write("mine/all.yaml", text);
    return load_run_list("mine/all", {workspace_.folder});
  }
  std::vector<std::string> mistakes(const std::string& text) {
    std::vector<std::string> out;
    for (const Diagnostic& d : load(text).diagnostics) {
      std::string line = d.to_string();
      out.push_back(line.substr(line.find("mine/all.yaml")));
    }
    return out;
  }
  Workspace workspace_;
};

TEST_F(RunLists, NamesProfilesInTheirOrder) {
  workspace_.write("mine/smoke.yaml", minimal_profile);
  const RunListResult result = load("description: all\nrun: [mine/smoke, p, smoke.yaml]\npause: 5s\n");
  ASSERT_TRUE(result.list) << result.diagnostics.front().to_string();
  EXPECT_EQ(result.list->name, "mine/all");
  EXPECT_EQ(result.list->description, "all");
  EXPECT_EQ(result.list->pause, 5s);
  EXPECT_THAT(result.list->runs,
              ElementsAre("mine/smoke", "p", (workspace_.folder / "mine/smoke.yaml").string()));
  EXPECT_EQ(load("run: [p]\n").list->pause, 0s);
  const RunListResult by_path = load_run_list((workspace_.folder / "mine/all.yaml").string(), {});
  EXPECT_EQ(by_path.diagnostics.size(), 1U) << "without folders there is no p";
}

TEST_F(RunLists, AProfileIsNone) {
  for (const char* name : {"p", "absent", "broken"}) {
    workspace_.write("broken.yaml", "a: [\n");
    const RunListResult result = load_run_list(name, {workspace_.folder});
    EXPECT_FALSE(result.list) << name;
    EXPECT_TRUE(result.diagnostics.empty()) << name;
  }
}

TEST_F(RunLists, MistakesAreAllSaid) {
  workspace_.write("other.yaml", "run: [p]\n");
  EXPECT_THAT(
      mistakes("run: [q, other, ~]\npaus: 5\n"),
      ElementsAre(
          "mine/all.yaml:1:7: run[0]: there is no such profile (found \"q\"); known: mine/all, other, p",
          "mine/all.yaml:1:10: run[1]: a list of runs cannot run another list (found \"other\"); "
          "write the profiles of that list here",
          HasSubstr("run[2]: "), HasSubstr("did you mean \"pause\"?")));
  EXPECT_THAT(mistakes("run: []\n"), ElementsAre(HasSubstr("the list is empty")));
  EXPECT_THAT(mistakes("run: p\n"), ElementsAre(HasSubstr("run: ")));
  EXPECT_THAT(mistakes("run: [p]\npause: 5\n"), ElementsAre(HasSubstr("pause: ")));
}

}  // namespace
}  // namespace soundcheck::profile
