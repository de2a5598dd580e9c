#include "runner/trend/work.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "protocols/core/random.hpp"
#include "tests/support/traces.hpp"

namespace soundcheck::trend {
namespace {

/// Work done: 50 a second for the first 300 s, 5 for the next 300 s, and so on.
Series uneven_work() {
  Series done{{0, 0}};
  for (double at = 1; at <= 1800; ++at) {
    done.push_back({at, done.back().value + (std::fmod(at, 600) <= 300 ? 50 : 5)});
  }
  return done;
}

Series even_work() { return {{0, 0}, {1800, 90'000}}; }

/// Leaks so much per second, and per unit of `done`.
Series memory(const Series& done, double per_second, double per_unit) {
  core::Random random{14};
  test_support::Noise noise{random, 0.3, 0.5};
  Series series;
  for (std::size_t i = 0; i < done.size(); i += 5) {
    series.push_back({done[i].at, 300 + per_second * done[i].at + per_unit * done[i].value + noise.next()});
  }
  return series;
}

TEST(Work, LeakPerRequestFollowsTheWork) {
  const Series done = uneven_work();
  const WorkReport report = growth_by_work(memory(done, 0, 0.002), done, 0.99);
  EXPECT_NEAR(report.per_unit, 0.002, 0.0001);
  EXPECT_LT(report.range.low, 0.002);
  EXPECT_GT(report.range.high, 0.002);
  EXPECT_EQ(report.follows, GrowthFollows::work);
}

TEST(Work, LeakPerSecondFollowsTheClock) {
  const Series done = uneven_work();
  EXPECT_EQ(growth_by_work(memory(done, 0.05, 0), done, 0.99).follows, GrowthFollows::time);
}

TEST(Work, EvenWorkCannotTellThemApart) {
  const Series done = even_work();
  Series series;
  for (const Point& point : memory(uneven_work(), 0.05, 0)) series.push_back(point);
  const WorkReport report = growth_by_work(series, done, 0.99);
  EXPECT_NEAR(report.per_unit, 0.001, 0.00005);
  EXPECT_EQ(report.follows, GrowthFollows::either);
}

TEST(Work, NoGrowthAndNoWork) {
  const Series done = uneven_work();
  const WorkReport flat = growth_by_work(memory(done, 0, 0), done, 0.99);
  EXPECT_LE(flat.range.low, 0);
  EXPECT_GE(flat.range.high, 0);
  EXPECT_EQ(flat.follows, GrowthFollows::either);
  const Series idle{{0, 0}, {1800, 0}};
  EXPECT_EQ(growth_by_work(memory(done, 0.05, 0), idle, 0.99).per_unit, 0);
}

}  // namespace
}  // namespace soundcheck::trend
