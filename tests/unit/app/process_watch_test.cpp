#include "runner/app/process_watch.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/monitor/fake_proc.hpp"

namespace soundcheck::app {
namespace {

using monitor::FakeProc;

constexpr std::uint64_t page = 4096;

report::ProcessResult process_42() {
  report::ProcessResult process;
  process.pid = 42;
  return process;
}

TEST(ProcessWatch, ASampleKnowsTheLowestOfTheLooksSinceTheOneBefore) {
  const FakeProc proc;
  proc.process(42, 10, 100);
  ProcessWatch watch(process_42(), proc.files());
  watch.sample(0);
  for (const std::uint64_t pages : {120u, 60u, 80u}) {
    proc.process(42, 10, pages);
    watch.look();
  }
  proc.process(42, 10, 90);
  watch.sample(1);
  watch.sample(2);
  const auto& samples = watch.result().samples;
  ASSERT_EQ(samples.size(), 3U);
  EXPECT_EQ(samples[0].rss_lowest_bytes, std::nullopt) << "nobody looked before it";
  EXPECT_EQ(samples[1].rss_bytes, 90 * page);
  EXPECT_EQ(samples[1].rss_lowest_bytes, 60 * page);
  EXPECT_EQ(samples[2].rss_lowest_bytes, std::nullopt) << "of its own second alone";
}

TEST(ProcessWatch, TheSampleItselfMayBeTheLowest) {
  const FakeProc proc;
  proc.process(42, 10, 100);
  ProcessWatch watch(process_42(), proc.files());
  watch.look();
  proc.process(42, 10, 70);
  watch.sample(1);
  EXPECT_EQ(watch.result().samples.back().rss_lowest_bytes, 70 * page);
}

TEST(ProcessWatch, WhoCannotBeSeenIsNotLookedAt) {
  const FakeProc proc;
  ProcessWatch nobody(report::ProcessResult{}, proc.files());
  nobody.look();
  nobody.sample(1);
  EXPECT_TRUE(nobody.result().samples.empty());

  proc.process(42, 10, 100);
  ProcessWatch watch(process_42(), proc.files());
  watch.sample(0);
  std::filesystem::remove_all(proc.root() / "42");
  watch.look();
  watch.sample(1);
  watch.look();
  EXPECT_EQ(watch.result().samples.size(), 1U);
  EXPECT_NE(watch.result().no_data, "");
}

TEST(ProcessWatch, AfterADayEverySecondSampleIsKeptWithTheLowestOfBoth) {
  report::ProcessResult process;
  for (int at = 0; at < 86'400; ++at) {
    report::ProcessSample sample;
    sample.at = at;
    sample.rss_bytes = 1'000;
    sample.rss_lowest_bytes = at % 2 == 1 ? 500 : 900;
    keep(process, sample);
  }
  ASSERT_EQ(process.samples.size(), 43'200U);
  EXPECT_EQ(process.samples[1].at, 2);
  EXPECT_EQ(process.samples[1].rss_lowest_bytes, 500U);
}

}  // namespace
}  // namespace soundcheck::app
