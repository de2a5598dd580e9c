#include "runner/shape/curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "protocols/core/random.hpp"

namespace soundcheck::shape {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// "10 users, 2 new ones a second": a ramp as long as the last one needs.
Curve spawned(double users, double per_second, core::Duration end) {
  return Curve({{users, core::from_seconds(users / per_second), 0s}}, end);
}

Curve random_curve(core::Random& random, core::Duration end) {
  std::vector<Stage> stages;
  const std::uint64_t count = 1 + random.below(6);
  for (std::uint64_t i = 0; i < count; ++i) {
    stages.push_back({static_cast<double>(random.below(20)), std::chrono::milliseconds(random.below(4'000)),
                      std::chrono::milliseconds(random.below(3'000))});
  }
  return Curve(stages, end);
}

TEST(Curve, NothingIsLevelZero) {
  const Curve none;
  EXPECT_EQ(none.at(1s), 0);
  EXPECT_EQ(none.peak(), 0);
  EXPECT_THAT(none.above(0), IsEmpty());
  EXPECT_EQ(none.area(5s), 0);
  std::size_t hint = 0;
  EXPECT_FALSE(none.when(1, hint).has_value());
}

TEST(Curve, AConstantLevelIsThereAtOnce) {
  const Curve curve({{3, 0s, 0s}}, 10s);
  EXPECT_EQ(curve.at(0s), 3);
  EXPECT_EQ(curve.at(9s), 3);
  EXPECT_THAT(curve.above(2), ElementsAre(Span{0s, 10s}));
  EXPECT_THAT(curve.above(3), IsEmpty()) << "three users are number 0, 1 and 2";
}

TEST(Curve, ASpawnRateStartsUsersAtExactDistances) {
  const Curve curve = spawned(100, 3, 60s);
  EXPECT_EQ(curve.above(0).front().begin, 0ns);
  EXPECT_EQ(curve.above(1).front().begin, 333'333'333ns);
  EXPECT_EQ(curve.above(99).front(), (Span{33s, 60s}));
}

TEST(Curve, SpawnedUsersDoNotDriftOverAMillion) {
  for (const double rate : {3.0, 7.0, 1'000.0, 33.3}) {
    const Curve curve = spawned(1'000'001, rate, 1'000h);
    core::Duration before{-1};
    for (std::uint64_t i = 0; i <= 1'000'000; i += 997) {
      const core::Duration begin = curve.above(static_cast<double>(i)).front().begin;
      ASSERT_GT(begin, before);
      ASSERT_NEAR(core::to_seconds(begin), static_cast<double>(i) / rate,
                  2e-9 + 1e-12 * static_cast<double>(i));
      before = begin;
    }
  }
}

TEST(Curve, ASpikeUpAndDown) {
  // k6's 1 -> 100 -> 1 in three stages of 30 s.
  const Curve curve({{1, 0s, 30s}, {100, 30s, 0s}, {1, 30s, 0s}}, 90s);
  EXPECT_EQ(curve.peak(), 100);
  EXPECT_THAT(curve.above(0), ElementsAre(Span{0s, 90s}));
  EXPECT_THAT(curve.above(1), ElementsAre(Span{30s, 90s}));
  const std::vector<Span> half = curve.above(50.5);
  ASSERT_EQ(half.size(), 1U);
  EXPECT_EQ(half.front().begin, 45s);
  EXPECT_EQ(half.front().end, 75s);
}

TEST(Curve, StepsJump) {
  const Curve curve({{50, 0s, 60s}, {100, 0s, 60s}, {20, 0s, 60s}}, 200s);
  EXPECT_EQ(curve.at(60s - 1ns), 50);
  EXPECT_EQ(curve.at(60s), 100);
  EXPECT_THAT(curve.above(70), ElementsAre(Span{60s, 120s}));
  EXPECT_THAT(curve.above(10), ElementsAre(Span{0s, 200s})) << "the last level is kept to the end";
}

TEST(Curve, AUserMayBeWantedTwice) {
  const Curve curve({{10, 0s, 5s}, {0, 0s, 5s}, {10, 0s, 5s}}, 15s);
  EXPECT_THAT(curve.above(4), ElementsAre(Span{0s, 5s}, Span{10s, 15s}));
}

TEST(Curve, IsCutOffAtItsEnd) {
  const Curve curve({{100, 100s, 0s}}, 10s);
  EXPECT_DOUBLE_EQ(curve.peak(), 10);
  EXPECT_THAT(curve.above(5), ElementsAre(Span{5s, 10s}));
  EXPECT_THAT(curve.above(11), IsEmpty());
}

/// Against looking at the level millisecond by millisecond.
TEST(Curve, SpansAreWhereTheLevelIsAbove) {
  core::Random random(3);
  for (int round = 0; round < 200; ++round) {
    const Curve curve = random_curve(random, 12s);
    for (double x = 0; x < 20; x += 1) {
      const std::vector<Span> spans = curve.above(x);
      const auto covered = [&](core::Duration t) {
        for (const Span& span : spans) {
          if (t >= span.begin && t < span.end) return true;
        }
        return false;
      };
      for (core::Duration t = 500us; t < 12s; t += 7ms) {
        const double level = curve.at(t);
        if (std::abs(level - x) < 1e-3) continue;  // on the edge
        ASSERT_EQ(covered(t), level > x)
            << "level " << level << " at " << core::to_seconds(t) << " s, x " << x;
      }
      for (std::size_t i = 1; i < spans.size(); ++i) ASSERT_GT(spans[i].begin, spans[i - 1].end);
    }
  }
}

TEST(Curve, TheAreaIsTheIntegral) {
  core::Random random(4);
  for (int round = 0; round < 50; ++round) {
    const Curve curve = random_curve(random, 12s);
    double sum = 0;
    for (core::Duration t = 0s; t < 12s; t += 1ms) sum += curve.at(t + 500us) * 1e-3;
    EXPECT_NEAR(curve.area(12s), sum, 0.05);
    EXPECT_EQ(curve.area(20s), curve.area(12s));
  }
}

TEST(Curve, WhenIsTheInverseOfTheArea) {
  core::Random random(5);
  for (int round = 0; round < 200; ++round) {
    const Curve curve = random_curve(random, 12s);
    const double total = curve.area(12s);
    std::size_t hint = 0;
    core::Duration before{};
    for (int i = 0; i < 100; ++i) {
      const double a = total * i / 100;
      const auto t = curve.when(a, hint);
      ASSERT_TRUE(t.has_value());
      ASSERT_GE(*t, before);
      ASSERT_NEAR(curve.area(*t), a, 1e-6 * (1 + total));
      before = *t;
    }
    EXPECT_FALSE(curve.when(total * 1.001 + 1, hint).has_value());
  }
}

}  // namespace
}  // namespace soundcheck::shape
