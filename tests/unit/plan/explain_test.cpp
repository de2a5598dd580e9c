#include "runner/plan/explain.hpp"

#include <gmock/gmock.h>

#include "runner/plan/cost.hpp"
#include "tests/support/golden.hpp"
#include "tests/unit/plan/shipped.hpp"

namespace soundcheck::plan {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(ExplainTest, TheQuickProfile) {
  const Shipped quick("quick");
  support::expect_golden("explain_quick.txt", explain(quick.profile, quick.plan(), quick.url.text, 100ms));
}

TEST(ExplainTest, ArrivalsOfTheOpenModel) {
  Shipped shipped("quick", {{"api.rate", "50/s"}, {"duration", "10s"}, {"warm_up", "0s"}});
  shipped.skipped = {false, true, true};
  const std::string text = explain(shipped.profile, shipped.plan(), shipped.url.text, 2s);
  // However long answers take.
  EXPECT_THAT(
      text,
      HasSubstr("  500 tasks with 969 requests; 96.9 requests/s on average, 96.9 at the peak of the load\n"));
}

TEST(ExplainTest, UsersOfTheClosedModelWaitForAnswers) {
  Shipped shipped("quick", {{"api.users", "10"},
                            {"api.spawn_rate", "100000/s"},
                            {"duration", "100s"},
                            {"warm_up", "0s"},
                            {"system.api.think_time", "1s"},
                            {"api.tasks", "[list_calls]"}});
  shipped.skipped = {false, true, true};
  EXPECT_THAT(explain(shipped.profile, shipped.plan(), "URL", 1s),
              HasSubstr("  500 tasks with 500 requests; 5.0 requests/s"));
  EXPECT_THAT(explain(shipped.profile, shipped.plan(), "URL", 0s),
              HasSubstr("  1,000 tasks with 1,000 requests;"));
}

TEST(ExplainTest, TooManySocketsForOneAddress) {
  Shipped shipped("quick", {{"websocket.connections", "40000"}, {"websocket.connect_rate", "10000/s"}});
  shipped.skipped = {true, false, true};
  EXPECT_THAT(explain(shipped.profile, shipped.plan(), "URL", 100ms),
              HasSubstr("list several under source_addresses"));
}

TEST(ChartTest, ASpike) {
  Load load;
  load.curve = shape::Curve({{4, 0s, 10s}, {8, 0s, 10s}, {2, 0s, 10s}}, 30s);
  EXPECT_EQ(chart(load, 40s, 20),
            "       8 |      #####\n"
            "         |      #####\n"
            "         |      #####\n"
            "         |      #####\n"
            "         | ##########\n"
            "         | ##########\n"
            "         | ###############\n"
            "         | ###############\n"
            "       0 +---------------------\n"
            "          0 s       20 s   40 s\n");
}

TEST(CostTest, TheLongerWayAndAllRoundsCount) {
  const Shipped quick("quick");
  const Plan plan = quick.plan();
  const http::Step request =
      std::get<http::Workload>(plan.workloads.front().behaviour).tasks.front().steps.front();
  http::WhenStep when;
  when.steps = {request};
  when.otherwise = {request, request, http::PauseStep{core::Pause::constant(1s)}};
  http::RepeatStep repeat;
  repeat.at_most = 3;
  repeat.steps = {when};
  const Cost cost = cost_of({request, repeat, http::PauseStep{core::Pause::uniform(1s, 3s)}});
  EXPECT_EQ(cost.requests, 7);
  EXPECT_EQ(cost.pauses, 5s);
}

}  // namespace
}  // namespace soundcheck::plan
