#include "runner/trend/leak.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "protocols/core/random.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::trend {
namespace {

using test_support::make_trace;
using test_support::trace_families;

constexpr LeakCriteria criteria{.least_per_hour = 1, .tolerated_per_hour = 10};

Series quiet(double seconds, double per_hour, std::uint64_t seed = 1) {
  core::Random random{seed};
  return make_trace(trace_families().front(), seconds, per_hour, random);
}

TEST(Leak, TellsTheRateTheProjectionAndWhy) {
  LeakCriteria with_limit = criteria;
  with_limit.limit = 400;
  const LeakReport report = judge_leak(quiet(3600, 5), with_limit);
  EXPECT_EQ(report.verdict, LeakVerdict::leak);
  EXPECT_EQ(report.reason, LeakReason::grows);
  EXPECT_NEAR(report.growth_per_hour, 5, 0.3);
  EXPECT_LT(report.growth_range.low, 5);
  EXPECT_GT(report.growth_range.high, 5);
  EXPECT_LT(report.trend.chance_up, 0.005);
  EXPECT_NEAR(report.level, 305, 0.6);
  ASSERT_TRUE(report.hours_to_limit);
  EXPECT_NEAR(*report.hours_to_limit, 19, 1.5);
  EXPECT_FALSE(report.needed_seconds);
}

TEST(Leak, NoLeakBoundsTheGrowth) {
  const LeakReport report = judge_leak(quiet(3600, 0), criteria);
  EXPECT_EQ(report.verdict, LeakVerdict::no_leak);
  EXPECT_EQ(report.reason, LeakReason::bounded);
  EXPECT_LT(report.growth_range.high, 1);
  EXPECT_FALSE(report.hours_to_limit);
}

TEST(Leak, GrowthThatDoesNotMatterIsNoLeak) {
  LeakCriteria coarse = criteria;
  coarse.least_per_hour = 20;
  coarse.tolerated_per_hour = 40;
  EXPECT_EQ(judge_leak(quiet(3600, 5), coarse).verdict, LeakVerdict::no_leak);
}

TEST(Leak, TooShortSaysHowLong) {
  const LeakReport report = judge_leak(quiet(10, 5), criteria);
  EXPECT_EQ(report.verdict, LeakVerdict::cannot_tell);
  EXPECT_EQ(report.reason, LeakReason::too_short);
  EXPECT_NEAR(report.needed_seconds.value_or(0), 18, 2);
  EXPECT_EQ(judge_leak({}, criteria).reason, LeakReason::too_short);
}

TEST(Leak, TooNoisySaysHowLongAndThatIsEnough) {
  // A minute cannot bound the growth to 10 MB an hour in noise of half a megabyte.
  const LeakReport report = judge_leak(quiet(60, 0, 4), criteria);
  ASSERT_EQ(report.verdict, LeakVerdict::cannot_tell);
  EXPECT_EQ(report.reason, LeakReason::too_noisy);
  ASSERT_TRUE(report.needed_seconds);
  EXPECT_GT(*report.needed_seconds, 75);
  EXPECT_LT(*report.needed_seconds, 3600);
  EXPECT_EQ(judge_leak(quiet(2 * *report.needed_seconds, 0, 4), criteria).verdict, LeakVerdict::no_leak);
}

TEST(Leak, FewTeethAreTooFewCycles) {
  Series series;
  for (double at = 0; at < 600; ++at) series.push_back({at, 100 + 20 * std::fmod(at, 140) / 140});
  const LeakReport report = judge_leak(series, criteria);
  EXPECT_EQ(report.verdict, LeakVerdict::cannot_tell);
  EXPECT_EQ(report.reason, LeakReason::too_few_cycles);
  EXPECT_GE(report.needed_seconds.value_or(0), 1400);
}

/// A target that stops answering when it is overloaded shows only how it was before.
TEST(Leak, WhatWasNotSeenCannotBeTold) {
  const Series seen = quiet(200, 0);
  EXPECT_EQ(judge_leak(seen, criteria).reason, LeakReason::too_noisy) << "by itself a short run";
  LeakCriteria of_half_an_hour = criteria;
  of_half_an_hour.load_seconds = 1800;
  const LeakReport early = judge_leak(seen, of_half_an_hour);
  EXPECT_EQ(early.verdict, LeakVerdict::cannot_tell);
  EXPECT_EQ(early.reason, LeakReason::unseen);
  EXPECT_NEAR(early.unseen_seconds, 1600, 1.1);
  EXPECT_TRUE(early.steady.empty());

  Series gap;
  for (double at = 0; at <= 400; ++at) gap.push_back({at, 100 - 40 * std::exp(-at / 250)});
  gap.push_back({1800, 130});
  EXPECT_EQ(judge_leak(gap, criteria).reason, LeakReason::unseen);
}

/// Fifteen collections in five busy minutes, in which the heap is still filling, then a quiet time with one
/// at its end: after the warm-up there is a single trough.
TEST(Leak, TeethThatBecomeRareAreTooFewCycles) {
  const auto trough = [](double at) { return 100 + 60 * (1 - std::exp(-(at - 20) / 150)); };
  const auto value = [&](double at) {
    if (at >= 1790) return trough(1790);
    const double from = at < 300 ? 20 * std::floor(at / 20) : 300;
    const double next = at < 300 ? from + 20 : 1790;
    return trough(from) + (trough(next) + 60 - trough(from)) * (at - from) / (next - 1 - from);
  };
  Series series;
  for (double at = 20; at <= 1800; ++at) series.push_back({at, value(at)});
  const LeakReport report = judge_leak(series, criteria);
  EXPECT_EQ(report.verdict, LeakVerdict::cannot_tell);
  EXPECT_EQ(report.reason, LeakReason::too_few_cycles);
  EXPECT_TRUE(report.steady.empty());
  EXPECT_GT(report.needed_seconds.value_or(0), 1800);
}

TEST(Leak, ReportsWarmUpStepsAndSawtooth) {
  core::Random random{8};
  Series series = quiet(3600, 0);
  for (Point& point : series)
    point.value += 60 * (1 - std::exp(-point.at / 200)) + (point.at >= 2000 ? 15 : 0);
  const LeakReport report = judge_leak(series, criteria);
  EXPECT_EQ(report.verdict, LeakVerdict::no_leak);
  ASSERT_TRUE(report.warm_up);
  EXPECT_NEAR(report.warm_up_ends_at, 200 * std::log(10), 60);
  ASSERT_EQ(report.steps.size(), 1U);
  EXPECT_NEAR(report.steps[0].at, 2000, 20);
  EXPECT_NEAR(report.steps[0].size, 15, 1);
}

TEST(Leak, UnevenSamplingAndOutagesOfTheMonitor) {
  core::Random random{31};
  Series series;
  for (const Point& point : quiet(3600, 5)) {
    const bool outage = point.at > 1200 && point.at < 1700;
    if (!outage && random.uniform() < 0.3) series.push_back(point);
  }
  const LeakReport report = judge_leak(series, criteria);
  EXPECT_EQ(report.verdict, LeakVerdict::leak);
  EXPECT_NEAR(report.growth_per_hour, 5, 0.6);
}

TEST(Leak, ShiftAndScaleChangeNothingButTheFigures) {
  core::Random random{12};
  for (const auto& family : trace_families()) {
    const Series series = make_trace(family, 600, 60, random);
    Series other;
    for (const Point& point : series) other.push_back({point.at + 1000, 1024 * (point.value - 300)});
    LeakCriteria scaled = criteria;
    scaled.least_per_hour *= 1024;
    scaled.tolerated_per_hour *= 1024;
    const LeakReport a = judge_leak(series, criteria);
    const LeakReport b = judge_leak(other, scaled);
    EXPECT_EQ(name_of(a.verdict), name_of(b.verdict)) << family.name;
    EXPECT_NEAR(b.growth_per_hour, 1024 * a.growth_per_hour, 1e-3 * std::abs(b.growth_per_hour))
        << family.name;
    EXPECT_NEAR(b.warm_up_ends_at, a.warm_up_ends_at + 1000, 1) << family.name;
  }
}

// The table of docs/leak_detection.md, much smaller, with a seed of its own.
TEST(LeakTable, NoFamilyWithoutALeakRaisesAnAlarm) {
  core::Random random{2026};
  for (const auto& family : trace_families()) {
    for (const double seconds : {600.0, 3600.0}) {
      for (int run = 0; run < 5; ++run) {
        const LeakReport report = judge_leak(make_trace(family, seconds, 0, random), criteria);
        EXPECT_NE(report.verdict, LeakVerdict::leak)
            << family.name << ' ' << seconds << " s: " << report.growth_per_hour << " MB/h";
      }
    }
  }
  for (int run = 0; run < 20; ++run) {
    const Series series = make_trace(test_support::slow_sawtooth(), 3600, 0, random);
    EXPECT_NE(judge_leak(series, criteria).verdict, LeakVerdict::leak);
  }
}

TEST(LeakTable, LeaksAreFoundWithTheirRate) {
  core::Random random{2027};
  int runs = 0, found = 0;
  for (const auto& family : trace_families()) {
    for (const auto& [seconds, per_hour] : {std::pair{600.0, 60.0}, std::pair{3600.0, 5.0}}) {
      for (int run = 0; run < 4; ++run) {
        const LeakReport report = judge_leak(make_trace(family, seconds, per_hour, random), criteria);
        ++runs;
        if (report.verdict != LeakVerdict::leak) continue;
        ++found;
        EXPECT_NEAR(report.growth_per_hour, per_hour, 0.3 * per_hour)
            << family.name << ' ' << seconds << " s";
      }
    }
  }
  EXPECT_GE(found, 0.95 * runs) << "of " << runs;
}

TEST(LeakTable, AStoreThatIsFullIsNoLeakAndHidesNone) {
  core::Random random{2029};
  int cleared = 0;
  int found = 0;
  constexpr int runs = 8;
  for (int run = 0; run < runs; ++run) {
    const LeakReport full = judge_leak(make_trace(test_support::filling_store(), 3600, 0, random), criteria);
    EXPECT_NE(full.verdict, LeakVerdict::leak) << run;
    if (full.verdict == LeakVerdict::no_leak) ++cleared;
    const LeakReport leaks = judge_leak(make_trace(test_support::filling_store(), 3600, 5, random), criteria);
    // Whatever is above what is tolerated is never cleared.
    const LeakReport quick =
        judge_leak(make_trace(test_support::filling_store(), 3600, 20, random), criteria);
    EXPECT_NE(quick.verdict, LeakVerdict::no_leak) << run;
    if (leaks.verdict != LeakVerdict::leak) continue;
    ++found;
    EXPECT_NEAR(leaks.growth_per_hour, 5, 0.5) << run;
  }
  EXPECT_GE(cleared, 0.9 * runs);
  EXPECT_GE(found, 0.9 * runs);
}

/// Memory of the reference agent in a real hour of the soak profile: it jumps, its store of calls fills
/// evenly for ten minutes, and from then on it gains 0.2 MB. Where a value stood still, only its first second
/// is there.
TEST(Leak, ARealHourIsNoLeak) {
  std::ifstream file(SOUNDCHECK_SOURCE_DIR "/tests/data/soak_hour_rss.csv");
  std::string line;
  std::getline(file, line);
  Series series;
  const auto stand_still_until = [&](double at) {
    while (!series.empty() && series.back().at + 1 < at)
      series.push_back({series.back().at + 1, series.back().value});
  };
  double at = 0, bytes = 0;
  for (char comma = 0; file >> at >> comma >> bytes;) {
    stand_still_until(at);
    series.push_back({at, bytes});
  }
  stand_still_until(3601);
  ASSERT_EQ(series.size(), 3601U);
  const LeakReport report =
      judge_leak(series, {.least_per_hour = 1e6, .tolerated_per_hour = 10e6, .least_growth = 2e6});
  EXPECT_EQ(report.verdict, LeakVerdict::no_leak);
  EXPECT_NEAR(report.growth_per_hour, 0.1e6, 0.1e6);
  EXPECT_LT(report.growth_range.high, 1e6);
}

TEST(LeakTable, LumpsAreALeak) {
  core::Random random{2028};
  for (int run = 0; run < 10; ++run) {
    const LeakReport report = judge_leak(test_support::leak_in_lumps(3600, 20, random), criteria);
    EXPECT_EQ(report.verdict, LeakVerdict::leak) << run;
    EXPECT_NEAR(report.growth_per_hour, 20, 4) << run;
  }
}

}  // namespace
}  // namespace soundcheck::trend
