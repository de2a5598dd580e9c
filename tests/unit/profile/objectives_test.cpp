// Objectives as files declare them: beside a profile, in a system, over time, by tag and with levels of their
// own.
#include "runner/profile/objectives.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Objectives, OfAProfileStandBesideTheSystemsOrInsteadOfThem) {
  Workspace workspace;
  workspace.write("systems/sys.yaml", std::string(minimal_system) + R"(objectives:
  - {name: Fast, metric: api.response_time, aggregation: p95, target: "< 1s"}
  - {name: Good, metric: api.success_rate, target: "> 99%"}
)");
  workspace.write("p.yaml", std::string(minimal_profile) + R"(objectives:
  - {name: Fast, metric: api.response_time, aggregation: p95, task: a, target: "< 200ms"}
  - {name: Many, metric: api.rate, target: "> 50/s"}
)");
  const LoadResult result = workspace.load();
  ASSERT_TRUE(result.profile) << result.diagnostics.front().to_string();
  const std::vector<Objective>& objectives = result.profile->system.objectives;
  ASSERT_EQ(objectives.size(), 3U);
  EXPECT_EQ(objectives[0].name, "Fast");
  EXPECT_EQ(objectives[0].levels[0].bound.value, 0.2);
  EXPECT_THAT(objectives[0].tasks, ElementsAre("a"));
  EXPECT_EQ(objectives[1].name, "Good");
  EXPECT_EQ(objectives[2].levels[0].bound.value, 50);
}

TEST(Objectives, MistakesInThoseOfAProfileAreTheProfiles) {
  Workspace workspace;
  workspace.write("p.yaml", std::string(minimal_profile) + R"(objectives:
  - {name: Fast, metric: api.response_tim, aggregation: p95, target: "< 200ms"}
  - {name: Many, metric: api.rate, task: b, target: "> 50"}
)");
  const std::vector<std::string> mistakes = workspace.mistakes();
  ASSERT_EQ(mistakes.size(), 3U);
  EXPECT_THAT(mistakes[0], HasSubstr("p.yaml:5:26: objectives[0].metric: unknown metric"));
  EXPECT_THAT(mistakes[1], HasSubstr("objectives[1].task: "));
  EXPECT_THAT(mistakes[2], HasSubstr("objectives[1].target: "));
}

TEST(Objectives, OverTimeByTagWithLevelsOfTheUser) {
  Workspace workspace;
  workspace.write("systems/sys.yaml", R"(health_path: /health
api:
  tasks:
    - {name: list, steps: [{request: GET /list}]}
    - {name: detail, steps: [{request: GET /detail}]}
    - {name: save, steps: [{request: POST /save}]}
websocket: {path: /events}
tags:
  read: [list, detail, exchange]
objectives:
  - name: reading
    metric: api.response_time
    aggregation: p95
    tag: read
    over: 30s
    levels:
      - {name: excellent, bound: "< 500ms"}
      - {name: acceptable, bound: "< 1s"}
      - {name: unbearable}
    abort_on_fail: true
    grace: 1m
  - {name: steady, metric: api.response_time, aggregation: p95, target: "<= 1.2", stability: true}
  - {name: channel, metric: websocket.error_rate, tag: read, target: "< 1%", abort_on_fail: true}
  - {name: dial, metric: websocket.connect_time, aggregation: p99, task: connection, target: "< 1s"}
)");
  const LoadResult result = workspace.load();
  ASSERT_TRUE(result.profile) << result.diagnostics.front().to_string();
  const std::vector<Objective>& objectives = result.profile->system.objectives;
  ASSERT_EQ(objectives.size(), 4u);

  const Objective& reading = objectives[0];
  EXPECT_EQ(reading.tasks, (std::vector<std::string>{"list", "detail"})) << "those of the api";
  ASSERT_EQ(reading.levels.size(), 2u);
  EXPECT_EQ(reading.levels[1].name, "acceptable");
  EXPECT_DOUBLE_EQ(reading.levels[1].bound.value, 1);
  EXPECT_EQ(reading.worst, "unbearable");
  EXPECT_EQ(reading.over, std::chrono::seconds(30));
  EXPECT_TRUE(reading.abort_on_fail);
  EXPECT_EQ(reading.grace, std::chrono::minutes(1));

  EXPECT_TRUE(objectives[1].stability);
  EXPECT_DOUBLE_EQ(objectives[1].levels[0].bound.value, 1.2) << "a ratio, although the metric is in seconds";
  EXPECT_EQ(objectives[1].worst, "critical");
  EXPECT_EQ(objectives[2].tasks, (std::vector<std::string>{"exchange"}));
  EXPECT_EQ(objectives[2].grace, default_grace);
  EXPECT_EQ(objectives[3].tasks, (std::vector<std::string>{"connection"}));
}

}  // namespace
}  // namespace soundcheck::profile
