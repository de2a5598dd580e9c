#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "runner/app/commands.hpp"
#include "runner/report/json.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/app/finished_run.hpp"

namespace soundcheck::app {
namespace {

using testing::HasSubstr;

class CompareCommand : public testing::Test {
 protected:
  /// A result of a run of ten minutes with this response time, in seconds.
  std::string result(const std::string& name, double response_time) {
    report::RunResult run;
    run.profile_name = "standard";
    run.system_name = "phone_agent";
    run.comparable = {{"api.response_time.p95", {response_time, 0.001, 29}}};
    return folder_.write(name, report::to_json(run)).string();
  }
  int compare(const Arguments& arguments) {
    const Host host{out_, err_, [](const std::string&) { return std::nullopt; }, false, 80, {}, nullptr};
    return compare_command(arguments, host);
  }

  support::TemporaryFolder folder_;
  std::ostringstream out_, err_;
};

TEST_F(CompareCommand, TheExitCodeSaysWhetherSomethingIsWorse) {
  const std::string base = result("base.json", 0.2), slow = result("slow.json", 0.3);
  EXPECT_EQ(compare({base, slow}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("RESULT: 1 worse, 0 improved, 0 the same, 0 cannot tell"));
  EXPECT_EQ(compare({slow, base}), 0) << "improved";
  EXPECT_EQ(compare({base, base}), 0) << "the same";
  EXPECT_EQ(compare({base, slow, "--fail-on", "never"}), 0);
}

TEST_F(CompareCommand, WhatCannotBeToldFailsIfThatIsAskedFor) {
  const std::string base = result("base.json", 0.2), near = result("near.json", 0.205);
  EXPECT_EQ(compare({base, near}), 0);
  EXPECT_EQ(compare({base, near, "--fail-on=cannot_tell"}), 1);
}

TEST_F(CompareCommand, MarkdownIsWritten) {
  const std::string file = (folder_.path() / "comment.md").string();
  EXPECT_EQ(compare({result("base.json", 0.2), result("slow.json", 0.3), "--markdown", file}), 1);
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("### Load test: 1 worse"));
}

TEST_F(CompareCommand, EveryFileThatCannotBeReadIsNamed) {
  const std::string broken = folder_.write("broken.json", "{").string();
  EXPECT_EQ(compare({"/nowhere/base.json", broken, result("new.json", 0.2)}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("there is no file /nowhere/base.json\n"));
  EXPECT_THAT(err_.str(), HasSubstr("broken.json:1: this is no JSON: "));
}

TEST_F(CompareCommand, OneFileIsNotEnough) {
  EXPECT_EQ(compare({result("base.json", 0.2)}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("there is nothing to compare with; name a baseline first"));
}

TEST_F(CompareCommand, NothingInCommonIsNoSuccess) {
  report::RunResult empty;
  const std::string old = folder_.write("old.json", report::to_json(empty)).string();
  EXPECT_EQ(compare({old, result("new.json", 0.2)}), 3);
}

TEST(BuildResultComparable, HasTheFiguresOfTheRun) {
  FinishedRun run;
  run.succeed(100, 0.1);
  const report::RunResult result = run.result();
  const auto value = [&](std::string_view name) {
    for (const compare::Figure& figure : result.comparable) {
      if (figure.name == name) return figure.measurement.value;
    }
    return -1.0;
  };
  EXPECT_NEAR(value("api.response_time.p95"), 0.1, 0.001);
  EXPECT_DOUBLE_EQ(value("api.rate"), 100);
  EXPECT_DOUBLE_EQ(value("websocket.error_rate"), 0);
}

}  // namespace
}  // namespace soundcheck::app
