// Comparing whole runs in virtual time: runs that differ by their seeds only must not differ in any figure,
// and a target that is 5 % slower must be found. tests/bench/run_pairs_table does the same with hundreds of
// pairs.
#include "tests/sim/compared_runs.hpp"

#include <gtest/gtest.h>

namespace soundcheck::sim {
namespace {

// How the bounds are read: a pair of the same build is one comparison, as a user makes it, and an alarm in
// any of its figures is a false one. 1 % of 20 pairs is none; 95 % of 20 slower targets are 19. A quarter of
// an hour is enough on a target that varies little; docs/leak_detection.md has those that vary more.
TEST(ComparedRuns, TheSameBuildDiffersInNothingAndFivePercentAreFound) {
  const PairPlan plan = calm_plan();
  PairTally tally;
  for (std::uint64_t pair = 0; pair < 20; ++pair) tally += try_pair(plan, 1.05, pair);
  EXPECT_GE(tally.figures, 20u * 20) << "of both subsystems, in each pair";
  EXPECT_EQ(tally.alarms, 0) << tally.differ << " figures of " << tally.figures;
  EXPECT_GE(tally.worse, 19) << tally.cannot_tell << " cannot be told, " << tally.same << " the same";
  EXPECT_EQ(tally.improved, 0);
}

}  // namespace
}  // namespace soundcheck::sim
