#include "runner/report/run_list.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "tests/support/golden.hpp"
#include "tests/unit/report/example_results.hpp"

namespace soundcheck::report {
namespace {

RunListResult three() {
  RunListResult result{
      "mine/all", "2026-01-02T03:04:05Z", {"mine/smoke", "mine/average", "mine/stress"}, {}, {}, 1};
  result.runs = {passing_run(), rate_limited_run(), own_levels_run()};
  for (std::size_t i = 0; i < 3; ++i) result.runs[i].profile_name = result.planned[i];
  return result;
}

/// The second run was interrupted.
RunListResult cut_short() {
  RunListResult result = three();
  result.runs = {passing_run(), partial_run()};
  result.runs[0].profile_name = result.planned[0];
  result.runs[1].profile_name = result.planned[1];
  result.stopped = "interrupted";
  result.exit_code = 130;
  return result;
}

TEST(RunListSummary, HasALineForEachRun) {
  support::expect_golden("run_list_fail.txt", summary(three(), {false, "all.json", {}}));
  support::expect_golden("run_list_stopped.txt", summary(cut_short(), {}));
}

TEST(RunListSummary, PassesIfAllPass) {
  RunListResult result = three();
  result.runs = {passing_run()};
  result.planned.resize(1);
  result.exit_code = 0;
  EXPECT_THAT(summary(result, {}), testing::EndsWith("\nFINAL RESULT: PASS (exit code 0)\n"));
}

TEST(RunListJson, HoldsEachResultAndWhatHoldsForAll) {
  const boost::json::value json = boost::json::parse(to_json(three()));
  EXPECT_EQ(json.at("exit_code").as_int64(), 1);
  EXPECT_EQ(json.at("planned").as_array().size(), 3U);
  ASSERT_EQ(json.at("runs").as_array().size(), 3U);
  EXPECT_EQ(json.at("runs").at(0).at("profile").at("name").as_string(), "mine/smoke");
  EXPECT_FALSE(json.at("api").at("success").as_bool()) << "one of them failed";
  EXPECT_TRUE(json.at("websocket").at("success").as_bool()) << "skipped in the third, and well in the others";
  EXPECT_FALSE(json.at("websocket").at("skipped").as_bool());
}

TEST(RunListJson, WhatWasNotRunIsNoSuccess) {
  const boost::json::value json = boost::json::parse(to_json(cut_short()));
  EXPECT_FALSE(json.at("api").at("success").as_bool());
  EXPECT_EQ(json.at("stopped").as_string(), "interrupted");
}

}  // namespace
}  // namespace soundcheck::report
