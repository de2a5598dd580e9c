#include "runner/plan/describe.hpp"

#include <gmock/gmock.h>

#include "tests/support/golden.hpp"
#include "tests/unit/plan/shipped.hpp"

namespace soundcheck::plan {
namespace {

TEST(DescribeTest, TheQuickProfile) {
  const Shipped quick("quick");
  support::expect_golden("describe_quick.txt", describe(quick.profile, quick.plan(), quick.url.text));
}

TEST(DescribeTest, OneSubsystemWithoutPauses) {
  Shipped shipped("stress",
                  {{"system.api.think_time", "0s"}, {"warm_up", "0s"}, {"api.spawn_rate", "400/s"}});
  shipped.skipped = {false, true, true};
  support::expect_golden("describe_api.txt", describe(shipped.profile, shipped.plan(), shipped.url.text));
}

TEST(DescribeTest, AnObjectiveOfOneTaskNamesIt) {
  Shipped quick("quick");
  quick.profile.system.objectives.resize(1);
  quick.profile.system.objectives[0].task = "list_calls";
  quick.profile.system.objectives[0].levels.resize(1);
  EXPECT_THAT(describe(quick.profile, quick.plan(), "URL"),
              testing::HasSubstr(
                  "\nobjectives:\n  API p95 latency: api.response_time p95 of task list_calls, target < "
                  "200ms, else critical\n"));
}

TEST(DescribeTest, MonitorsAreNamedWithTheirSeries) {
  Shipped quick("quick");
  profile::Monitor monitor;
  monitor.name = "queue";
  monitor.every = std::chrono::seconds(2);
  monitor.kind = profile::JsonMonitor{
      {}, {{"depth", "count", "/depth", false, {}}, {"heap", "bytes", "/heap", false, {}}}};
  quick.profile.system.monitors = {monitor};
  EXPECT_THAT(describe(quick.profile, quick.plan(), "URL"),
              testing::HasSubstr("\nmonitors:\n  queue: json every 2 s: depth, heap\n\nobjectives:\n"));
}

TEST(DescribeTest, TheHeadlineNamesOnlyWhatRuns) {
  Shipped quick("quick");
  EXPECT_EQ(
      headline(quick.profile, quick.plan(), "URL"),
      "quick on phone_agent against URL: 60 s (5 s warm-up), 10 API users, 5 WebSocket connections, 3 calls");
  quick.skipped = {true, false, true};
  EXPECT_EQ(headline(quick.profile, quick.plan(), "URL"),
            "quick on phone_agent against URL: 60 s (5 s warm-up), 5 WebSocket connections");
}

}  // namespace
}  // namespace soundcheck::plan
