#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "runner/app/commands.hpp"
#include "runner/report/json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::HasSubstr;

class HistoryCommand : public testing::Test {
 protected:
  void result(const std::string& name) {
    report::RunResult run;
    run.profile_name = "standard";
    run.comparable = {{"api.response_time.p95", {0.2, 0.001, 29}}};
    folder_.write(name, report::to_json(run));
  }
  int history(Arguments arguments) {
    const Host host{out_, err_, [](const std::string&) { return std::nullopt; }, false, 80, {}, nullptr};
    arguments.insert(arguments.begin(), folder_.path().string());
    return history_command(arguments, host);
  }

  support::TemporaryFolder folder_;
  std::ostringstream out_, err_;
};

TEST_F(HistoryCommand, FindsResultsInFoldersAndNamesWhatIsNone) {
  result("a.json");
  result("monday/b.json");
  folder_.write("settings.json", "{}");
  folder_.write("notes.txt", "no JSON");
  EXPECT_EQ(history({}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("Profile standard, system : 2 runs\n"));
  EXPECT_THAT(err_.str(), HasSubstr("left out: "));
  EXPECT_THAT(err_.str(), HasSubstr("settings.json: this is no result of a run"));
}

TEST_F(HistoryCommand, AnUnknownMetricHasItsNearest) {
  result("a.json");
  EXPECT_EQ(history({"--metric", "api.response_time.p96"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("no run has a figure 'api.response_time.p96'; "));
  EXPECT_THAT(err_.str(), HasSubstr("api.response_time.p95"));
}

TEST_F(HistoryCommand, AnEmptyFolderIsWrongUsage) {
  EXPECT_EQ(history({}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("there is no result in "));
}

}  // namespace
}  // namespace soundcheck::app
