#include "runner/report/leaks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "protocols/core/random.hpp"

namespace soundcheck::report {
namespace {

using testing::HasSubstr;

/// Grows by `bytes_per_second` for `load` seconds, then falls by `returned` and stays for 60 s.
ProcessResult process(double load, double bytes_per_second, double returned = 0) {
  core::Random random{4};
  ProcessResult p;
  for (double at = 0; at < load + 60; ++at) {
    const double grown = bytes_per_second * std::min(at, load) - (at > load ? returned : 0);
    ProcessSample sample;
    sample.at = at;
    sample.rss_bytes = static_cast<std::uint64_t>(300e6 + grown + 0.2e6 * random.normal());
    sample.descriptors = 40;
    sample.threads = 8;
    p.samples.push_back(sample);
  }
  return p;
}

TEST(Leaks, OneVerdictForEachResourceThatWasSeen) {
  ProcessResult p = process(600, 1e6 / 60);
  judge_leaks(p, 600);
  ASSERT_EQ(p.leaks.size(), 3U);
  EXPECT_EQ(p.leaks[0].series, "rss");
  EXPECT_EQ(p.leaks[0].report.verdict, trend::LeakVerdict::leak);
  EXPECT_NEAR(p.leaks[0].report.growth_per_hour, 60e6, 3e6);
  EXPECT_EQ(p.leaks[1].series, "descriptors");
  EXPECT_EQ(p.leaks[1].report.verdict, trend::LeakVerdict::no_leak);
  EXPECT_EQ(p.leaks[2].series, "threads");
}

TEST(Leaks, SentencesSayWhatIsKnown) {
  ProcessResult p = process(600, 1e6 / 60);
  judge_leaks(p, 600);
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr("leak: memory (RSS) grows by "));
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr(" MB an hour ("));
  EXPECT_THAT(leak_sentence(p.leaks[0]), HasSubstr("of the growth came back"));
  EXPECT_THAT(leak_sentence(p.leaks[1]), HasSubstr("no leak: the number of descriptors grows by less than "));
}

TEST(Leaks, WhatComesBackAfterTheLoadIsTold) {
  ProcessResult p = process(600, 1e6 / 60, 9.5e6);
  judge_leaks(p, 600);
  EXPECT_EQ(p.leaks[0].drain.verdict, trend::DrainVerdict::came_back);
}

TEST(Leaks, LittleInAShortRunIsNoAlarm) {
  ProcessResult p = process(180, 12e6 / 3600);
  for (ProcessSample& sample : p.samples)
    sample.rss_bytes = static_cast<std::uint64_t>(300e6 + 12e6 / 3600 * sample.at);
  judge_leaks(p, 180);
  EXPECT_EQ(p.leaks[0].report.verdict, trend::LeakVerdict::cannot_tell);
  EXPECT_EQ(p.leaks[0].report.reason, trend::LeakReason::little_so_far);
  EXPECT_THAT(leak_sentence(p.leaks[0]),
              HasSubstr("it grows by 12.0 MB an hour, but has not grown by 2.00 MB yet; run for 12 min"));
}

TEST(Leaks, ShortLoadsHaveNone) {
  ProcessResult p = process(60, 0);
  judge_leaks(p, 60);
  EXPECT_TRUE(p.leaks.empty());
}

TEST(Leaks, CannotTellSaysHowLong) {
  LeakResult leak{"rss", "bytes", {}, {}};
  leak.report.reason = trend::LeakReason::too_noisy;
  leak.report.growth_range = {-2e6, 30e6};
  leak.report.needed_seconds = 900;
  EXPECT_EQ(leak_sentence(leak),
            "cannot tell whether memory (RSS) leaks: growth of -2.00 MB to 30.0 MB an hour is possible; run "
            "for 15 min 00 s or longer");
}

}  // namespace
}  // namespace soundcheck::report
