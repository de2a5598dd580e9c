#include "runner/verdict/limited_by.hpp"

#include <gtest/gtest.h>

#include "runner/verdict/cure.hpp"

namespace soundcheck::verdict {
namespace {

using core::Counter;
using core::Metric;
using core::Stage;

LimitInput ended(std::int64_t succeeded, Stage stage = Stage::check, std::uint64_t failed = 0) {
  LimitInput input;
  input.total.counters[static_cast<std::size_t>(Counter::succeeded)] = succeeded;
  input.total.failures[static_cast<std::size_t>(stage)] = failed;
  return input;
}

TEST(LimitedBy, NothingWhenAllIsWell) {
  EXPECT_EQ(limited_by({}, {}), "");
  EXPECT_EQ(limited_by({}, ended(1000)), "");
  EXPECT_EQ(limited_by({}, ended(1000, Stage::read, 9)), "") << "below 1 % of the tasks";
}

TEST(LimitedBy, RateLimitNamesItsCure) {
  EXPECT_EQ(limited_by({}, ended(83, Stage::rate_limited, 17)),
            "The target's rate limit: 17 of 100 tasks (17.0 %) were answered 429; lower the spawn rate or "
            "the number of "
            "users, or raise the target's rate limit for the test.");
}

TEST(LimitedBy, FailuresByClass) {
  EXPECT_EQ(limited_by({}, ended(99, Stage::deadline, 1)),
            "Failures at deadline: 1 of 100 tasks (1.0 %); no answer in time: lower the load, or raise the "
            "timeout in "
            "the system file if this slow is fine.");
  EXPECT_NE(limited_by({}, ended(0, Stage::connect, 5)).find("5 of 5 tasks (100.0 %)"), std::string::npos);
}

TEST(LimitedBy, SaturatedTarget) {
  LimitInput input = ended(100, Stage::deadline, 10);
  input.target_cpu = 3.6;
  EXPECT_NE(limited_by({}, input).find("deadline"), std::string::npos) << "unknown number of cores";
  input.target_cores = 4;
  EXPECT_EQ(limited_by({}, input),
            "The target's CPU: it used 3.6 of 4 cores; lower the load, or give the target more cores.");
  input.target_cpu = 3.5;
  EXPECT_NE(limited_by({}, input).find("deadline"), std::string::npos);
}

TEST(LimitedBy, FallingBehindTheAudio) {
  LimitInput input = ended(100);
  input.total.histograms[static_cast<std::size_t>(Metric::rtf)].record(1'000'000);
  EXPECT_EQ(limited_by({}, input), "");
  input.total.histograms[static_cast<std::size_t>(Metric::rtf)].record(1'310'000, 99);
  EXPECT_EQ(limited_by({}, input).substr(0, 62),
            "The speech pipeline: its real-time factor (p95 1.31) is above ");
}

TEST(LimitedBy, TheGeneratorComesFirst) {
  Validity invalid;
  invalid.valid = false;
  invalid.reasons = {{"it was slow", "buy another"}};
  EXPECT_EQ(limited_by(invalid, ended(1, Stage::rate_limited, 99)),
            "The generator itself: it was slow; buy another.");
}

TEST(Cure, EveryStageHasOne) {
  for (std::size_t i = 0; i < core::stage_count; ++i) EXPECT_FALSE(cure(static_cast<Stage>(i)).empty()) << i;
}

}  // namespace
}  // namespace soundcheck::verdict
