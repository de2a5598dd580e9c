#include "runner/metrics/figure_rows.hpp"

#include <gtest/gtest.h>

#include "protocols/core/random.hpp"

namespace soundcheck::metrics {
namespace {

using core::Subsystem;

Snapshot second(core::Random& random, std::size_t tasks, std::size_t values) {
  Snapshot snapshot;
  snapshot.tasks.resize(tasks);
  for (TaskRecord& task : snapshot.tasks) {
    for (std::size_t i = 0; i < values; ++i) {
      const auto value = static_cast<std::int64_t>(1 + random.below(2'000'000));
      task.histograms[static_cast<std::size_t>(core::Metric::response_time)].record(value);
      ++task.counters[static_cast<std::size_t>(core::Counter::succeeded)];
    }
    task.failures[0] = 1;
  }
  return snapshot;
}

TEST(FigureRows, HowTheyAreJoinedLosesNothing) {
  for (const std::size_t seconds : {1u, 7u, 8u, 9u, 100u, 333u}) {
    core::Random random{seconds};
    FigureRows rows({Subsystem::api, Subsystem::websocket}, 8);
    Histogram all;
    for (std::size_t s = 1; s <= seconds; ++s) {
      const Snapshot snapshot = second(random, 2, 5);
      all.merge(snapshot.tasks[1].histogram(core::Metric::response_time));
      rows.add(static_cast<double>(s), 1, snapshot);
    }
    EXPECT_LT(rows.rows().size(), 8U);
    Histogram kept;
    double covered = 0;
    std::uint64_t succeeded = 0, failed = 0;
    for (const FigureRow& row : rows.rows()) {
      kept.merge(row.tasks[1].main);
      covered += row.seconds;
      succeeded += row.tasks[1].succeeded;
      failed += row.tasks[1].failed;
    }
    EXPECT_TRUE(kept == all) << seconds;
    EXPECT_EQ(covered, static_cast<double>(seconds));
    EXPECT_EQ(succeeded, 5 * seconds);
    EXPECT_EQ(failed, seconds);
    EXPECT_EQ(rows.rows().back().at, static_cast<double>(seconds));
    for (std::size_t i = 1; i + 1 < rows.rows().size(); ++i)
      EXPECT_EQ(rows.rows()[i].seconds, rows.rows()[0].seconds) << "all but the last cover as much";
  }
}

TEST(FigureRows, ManyBucketsJoinRowsToo) {
  core::Random random{5};
  FigureRows rows({Subsystem::api}, 1000, 2000);
  for (int s = 1; s <= 200; ++s) rows.add(s, 1, second(random, 1, 100));
  EXPECT_LE(rows.rows().size(), FigureRows::fewest_rows);
  EXPECT_GE(rows.rows().size(), FigureRows::fewest_rows / 2);
}

TEST(JoinedSparse, IsWhatAMergeGives) {
  core::Random random{6};
  for (int i = 0; i < 50; ++i) {
    Histogram first, second_one;
    for (std::uint64_t n = random.below(20); n > 0; --n)
      first.record(static_cast<std::int64_t>(random.below(4'000'000'000)));
    for (std::uint64_t n = random.below(20); n > 0; --n)
      second_one.record(static_cast<std::int64_t>(random.below(3000)));
    Histogram kept;
    kept.merge(joined(first.sparse(), second_one.sparse()));
    first.merge(second_one);
    EXPECT_TRUE(kept == first);
  }
}

}  // namespace
}  // namespace soundcheck::metrics
