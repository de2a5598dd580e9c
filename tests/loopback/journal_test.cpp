// What is left of a run that was killed.
#include <gmock/gmock.h>
#include <signal.h>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::HasSubstr;

class JournalRun : public LoadRun {
 protected:
  Ended report(const std::string& journal) const {
    return start_bare({"report", journal, "--output", "load-results.json", "--html", "report.html"})
        .wait(run_limit);
  }
};

TEST_F(JournalRun, AKilledRunIsReportedUpToItsLastSecond) {
  const Agent agent({});
  {
    Program run = start(api_only + Arguments{"--target", agent.url(), "--duration", "100s"});
    ASSERT_TRUE(run.wait_for_second(4, run_limit));
    ::kill(run.pid(), SIGKILL);
    run.wait(run_limit);
  }
  ASSERT_FALSE(std::filesystem::exists(folder_ / "load-results.json")) << "nothing else was written";
  const Ended rebuilt = report("load-results.json.journal");
  EXPECT_EQ(rebuilt.exit_code, 130) << rebuilt.err;
  EXPECT_THAT(rebuilt.out, HasSubstr("of a run that did not come to its end; it covers the first "));
  EXPECT_THAT(rebuilt.out, HasSubstr("PARTIAL"));
  EXPECT_EQ(text("/partial"), "true");
  EXPECT_GE(figure("/timing/actual_seconds"), 3);
  const double counted = figure("/api/total/counters/succeeded");
  EXPECT_GT(counted, 20);
  EXPECT_LT(counted, static_cast<double>(agent.count("/requests")));
  EXPECT_EQ(figure("/target/process/pid"), agent.pid());
  EXPECT_THAT(read("report.html"), HasSubstr("</html>"));
}

TEST_F(JournalRun, AJournalThatWasAskedForStaysAndSaysTheSame) {
  const Agent agent({});
  const Ended ended = run(api_only + Arguments{"--target", agent.url(), "--journal", "run.journal"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  const std::string original = read("load-results.json");
  const Ended rebuilt = report("run.journal");
  EXPECT_EQ(rebuilt.exit_code, 0) << rebuilt.err;
  EXPECT_EQ(read("load-results.json"), original);
}

TEST_F(JournalRun, WhatIsNoJournalIsRefused) {
  const Ended refused = report("system.yaml");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("system.yaml is no journal of a run: it does not begin like one"));
}

}  // namespace
}  // namespace soundcheck::loopback
