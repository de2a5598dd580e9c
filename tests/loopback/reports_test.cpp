// The reports that people and scripts read after a run, and lists of runs with one combined result.
#include <gmock/gmock.h>

#include <csignal>
#include <optional>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ReportFiles : public LoadRun {
 protected:
  /// Two short runs on the API.
  void write_list(const std::string& pause) const {
    write("one.yaml", "system: system.yaml\nduration: 2s\napi: {users: 2}\n");
    write("two.yaml", "system: system.yaml\nduration: 2s\napi: {users: 3}\n");
    write("list.yaml", "run: [one.yaml, two.yaml]\npause: " + pause + "\n");
  }
  /// The list to its end, each attempt against an agent of its own.
  Ended run_list(std::optional<Agent>& agent, const Arguments& arguments = {}) const {
    return undisturbed([&] {
      agent.emplace(std::vector<std::string>{});
      return start_bare(Arguments{"--profile", "list.yaml", "--target", agent->url(), "--output",
                                  "load-results.json"} +
                        arguments)
          .wait(run_limit);
    });
  }
};

TEST_F(ReportFiles, PandasReadsTheCsvAsItReadsLocusts) {
  const Agent agent({});
  const Ended ended =
      run(api_only + Arguments{"--target", agent.url(), "--csv", "results", "--html", "report.html"});
  ASSERT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  const Ended plot = Program("/usr/bin/python3", {SOUNDCHECK_SOURCE_DIR "/tests/loopback/plot_results.py"},
                             folder_, {{"MPLBACKEND", "Agg"}, {"MPLCONFIGDIR", folder_.string()}})
                         .wait(run_limit);
  EXPECT_EQ(plot.exit_code, 0) << plot.err;
  EXPECT_THAT(plot.out, HasSubstr("health"));
  EXPECT_GT(std::filesystem::file_size(folder_ / "performance.png"), 1000U);
  for (const char* name : {"results_stats_history.csv", "results_failures.csv", "results_exceptions.csv"})
    EXPECT_TRUE(std::filesystem::exists(folder_ / name)) << name;
  EXPECT_THAT(read("report.html"),
              AllOf(HasSubstr("<h1>profile on system</h1>"), HasSubstr("API success rate"), HasSubstr("<svg"),
                    Not(HasSubstr("http-equiv"))));
  EXPECT_THAT(ended.out, HasSubstr("Written: report.html"));
}

TEST_F(ReportFiles, AResultsFolderHoldsAllOfARun) {
  const Agent agent({});
  const Ended ended = run(api_only + Arguments{"--target", agent.url(), "--results-dir", "results"});
  ASSERT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  std::size_t folders = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "results")) {
    ++folders;
    EXPECT_THAT(entry.path().filename().string(), testing::StartsWith("profile_20"));
    for (const char* name : {"results.json", "report.html", "results_stats.csv", "results_failures.csv"})
      EXPECT_TRUE(std::filesystem::exists(entry.path() / name)) << name;
  }
  EXPECT_GE(folders, 1U);
}

TEST_F(ReportFiles, AListRunsOneAfterTheOtherWithOneResult) {
  std::optional<Agent> agent;
  write_list("10ms");
  const Ended ended = run_list(agent, {"--html", "r.html"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(text("/list"), "list");
  EXPECT_EQ(text("/runs/0/profile/name"), "one");
  EXPECT_EQ(text("/runs/1/profile/name"), "two");
  EXPECT_EQ(figure("/exit_code"), ended.exit_code);
  EXPECT_EQ(
      figure("/runs/0/api/total/counters/succeeded") + figure("/runs/1/api/total/counters/succeeded") + 2,
      static_cast<double>(agent->count("/requests")))
      << "both, and a health check before each";
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("run 1 of 2: "), HasSubstr("run 2 of 2: "), HasSubstr("All runs of list")));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "r_one.html"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "r_two.html"));
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    EXPECT_NE(entry.path().extension(), ".journal") << "not needed any more";
}

TEST_F(ReportFiles, ASignalInThePauseEndsTheListWithWhatThereIs) {
  const Agent agent({});
  write_list("1h");
  Program program =
      start_bare({"--profile", "list.yaml", "--target", agent.url(), "--output", "load-results.json"});
  ASSERT_TRUE(program.wait_for_output("the target rests", run_limit));
  program.signal(SIGINT);
  const Ended ended = program.wait(run_limit);
  EXPECT_EQ(ended.exit_code, 130) << ended.out << ended.err;
  EXPECT_EQ(text("/stopped"), "interrupted");
  EXPECT_EQ(text("/runs/0/profile/name"), "one");
  EXPECT_EQ(text("/runs/1/profile/name"), "");
  EXPECT_EQ(text("/api/success"), "false") << "the second was not run";
  EXPECT_THAT(ended.out, HasSubstr("not run: interrupted"));
}

TEST_F(ReportFiles, AListEndsWhenTheTargetIsGone) {
  std::optional<Agent> agent(std::in_place, std::vector<std::string>{});
  write_list("1s");
  Program program =
      start_bare({"--profile", "list.yaml", "--target", agent->url(), "--output", "load-results.json"});
  ASSERT_TRUE(program.wait_for_output("the target rests", run_limit));
  agent.reset();
  const Ended ended = program.wait(run_limit);
  EXPECT_EQ(ended.exit_code, 4) << ended.out << ended.err;
  EXPECT_EQ(text("/stopped"), "the target could not be reached");
  EXPECT_THAT(ended.err, HasSubstr("is the target running?"));
}

TEST_F(ReportFiles, MistakesInAnyRunOfAListAreSaidBeforeTheFirst) {
  const Agent agent({});
  write_list("1s");
  write("two.yaml", "system: system.yaml\nduration: 2\napi: {usrs: 3}\n");
  const Ended ended = start_bare({"--profile", "list.yaml", "--target", agent.url()}).wait(run_limit);
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("two.yaml:2:11"), HasSubstr("did you mean \"users\"?")));
  EXPECT_EQ(agent.count("/requests"), 0U);
}

TEST_F(ReportFiles, AnObjectiveThatFailsInOneRunFailsTheList) {
  std::optional<Agent> agent;
  write_list("10ms");
  write("two.yaml",
        "system: system.yaml\nduration: 2s\napi: {users: 3}\nobjectives:\n  - {name: Too fast, metric: "
        "api.rate, "
        "target: \"> 1000000/s\"}\n");
  const Ended ended = run_list(agent);
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_EQ(text("/runs/0/objectives/0/name"), "API success rate");
  EXPECT_THAT(ended.out, HasSubstr("Too fast"));
}

}  // namespace
}  // namespace soundcheck::loopback
