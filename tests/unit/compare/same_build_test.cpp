// Pairs of synthetic runs: of the same build no figure may differ, and a shift must be found.
#include <gtest/gtest.h>

#include "tests/support/compare_figures.hpp"

namespace soundcheck::compare {
namespace {

using test_support::figures_of;
using test_support::make_run;

bool differs(Change change) { return change == Change::worse || change == Change::improved; }

TEST(SameBuild, DiffersInNoFigure) {
  core::Random random{404};
  const test_support::RunKind kind{.seconds = 600, .per_second = 20};
  int alarms = 0;
  for (int pair = 0; pair < 60; ++pair) {
    const auto base = figures_of(make_run(kind, random));
    const auto fresh = figures_of(make_run(kind, random));
    bool any = false;
    for (std::size_t i = 0; i < base.size(); ++i) {
      any |= differs(
          compare_runs(std::span{&base[i].measurement, 1}, fresh[i].measurement, base[i].criteria).change);
    }
    alarms += any;
  }
  EXPECT_LE(alarms, 1);
}

TEST(SameBuild, FivePercentOfP95AreFoundInHalfAnHour) {
  core::Random random{405};
  test_support::RunKind kind{.seconds = 1800, .per_second = 50};
  int found = 0;
  for (int pair = 0; pair < 20; ++pair) {
    kind.median = 100'000;
    const Measurement base = measure_quantile(make_run(kind, random).times, 0.95);
    kind.median = 105'000;
    const Measurement fresh = measure_quantile(make_run(kind, random).times, 0.95);
    found += compare_runs(std::span{&base, 1}, fresh, {}).change == Change::worse;
  }
  EXPECT_GE(found, 18);
}

}  // namespace
}  // namespace soundcheck::compare
