// The rows of a data file over users, shards and workloads: none twice, none lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>

#include "runner/engine/workforce.hpp"
#include "tests/support/recording_probe.hpp"
#include "tests/support/simulated_target.hpp"
#include "tests/unit/engine/simple_plan.hpp"

namespace soundcheck::engine {
namespace {

using namespace std::chrono_literals;
using core::Counter;

/// How often each row was used.
using Uses = std::map<std::string, int>;

class DataRowsTest : public testing::Test {
 protected:
  /// Users that send a row's id in each request, some ten times a second.
  plan::Plan plan_with(std::uint64_t rows, core::FeedOrder order, std::uint32_t users) {
    plan::Plan plan = http_plan(support::any_endpoint(), users, 1000, 20s, 95ms);
    std::string csv = "id\n";
    for (std::uint64_t i = 0; i < rows; ++i) csv += fmt::format("r{}\n", i);
    core::VariableTable names;
    http::RequestSpec spec;
    spec.method = "GET";
    spec.path = "/";
    spec.headers = {{"X-User", "{{ids.id}}"}};
    auto& api = std::get<http::Workload>(plan.workloads[0].behaviour);
    api.data.push_back({"ids", std::get<0>(core::DataTable::from_csv(csv)), order});
    api.tasks[0].steps = {http::RequestStep{http::Request(spec, &names), {200}, {}, {}}};
    api.tasks[0].draws = {{0, {{names.slot("ids.id"), 0}}}};
    return plan;
  }

  /// Runs all shards, one after the other: they share nothing.
  Uses run(const plan::Plan& plan, std::uint32_t shards) {
    Uses uses;
    for (std::uint32_t i = 0; i < shards; ++i) {
      support::VirtualTimeline timeline;
      support::SimulatedTarget target{timeline};
      target.record_starts = true;
      Workforce workforce(plan, {i, shards}, timeline, target, probe, [&] { target.kill_all(); });
      workforce.start(timeline.now());
      timeline.run_all();
      EXPECT_EQ(workforce.live(), 0U);
      EXPECT_EQ(workforce.error(), nullptr);
      for (const auto& start : target.starts()) ++uses[start.first];
    }
    return uses;
  }

  static void expect_each_once(const Uses& uses, std::uint64_t rows) {
    EXPECT_EQ(uses.size(), rows);
    for (const auto& [row, times] : uses) EXPECT_EQ(times, 1) << row;
  }

  support::RecordingProbe probe;
};

TEST_F(DataRowsTest, UniqueRowsAreUsedOnceWhateverTheShards) {
  for (const std::uint32_t shards : {1U, 2U, 3U, 8U}) {
    probe = {};
    expect_each_once(run(plan_with(101, core::FeedOrder::unique, 5), shards), 101);
    EXPECT_EQ(probe.counter(0, Counter::skipped), 5) << "each user ends once";
    EXPECT_EQ(probe.in_progress(), 0);
  }
}

TEST_F(DataRowsTest, MoreUsersThanRows) {
  expect_each_once(run(plan_with(3, core::FeedOrder::unique, 10), 2), 3);
  EXPECT_EQ(probe.counter(0, Counter::skipped), 10);
}

TEST_F(DataRowsTest, ArrivalsShareTheRowsOfTheirShard) {
  for (const std::uint32_t shards : {1U, 3U}) {
    probe = {};
    plan::Plan plan = plan_with(90, core::FeedOrder::unique, 1);
    plan::Load& load = plan.workloads[0].load;
    load.model = plan::Model::open;
    load.curve = shape::Curve({{10, 0s, {}}}, 20s);
    load.spacing = shape::Spacing::even;
    load.most_in_progress = 100;
    expect_each_once(run(plan, shards), 90);
    EXPECT_EQ(probe.counter(0, Counter::skipped), 200 - 90) << "arrivals for which no row was left";
    EXPECT_EQ(probe.counter(0, Counter::dropped_starts), 0);
  }
}

TEST_F(DataRowsTest, WorkloadsDoNotTakeEachOthersRows) {
  plan::Plan plan = plan_with(60, core::FeedOrder::unique, 4);
  plan.workloads.push_back(plan.workloads[0]);
  plan.workloads[1].name = "second";
  plan.workloads[1].first_user = 4;
  plan.workloads[1].load.curve = shape::Curve({{3, 1ms, {}}}, 20s);
  expect_each_once(run(plan, 2), 60);
}

TEST_F(DataRowsTest, CircularRowsGoRoundEvenly) {
  const Uses uses = run(plan_with(7, core::FeedOrder::circular, 3), 2);
  ASSERT_EQ(uses.size(), 7U);
  int least = uses.begin()->second;
  int most = least;
  for (const auto& [row, times] : uses) {
    least = std::min(least, times);
    most = std::max(most, times);
  }
  EXPECT_GT(least, 50);
  EXPECT_LE(most - least, 3) << "each of the users is at another place of its round";
  EXPECT_EQ(probe.counter(0, Counter::skipped), 0);
}

}  // namespace
}  // namespace soundcheck::engine
