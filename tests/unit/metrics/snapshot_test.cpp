#include "runner/metrics/snapshot.hpp"

#include <gtest/gtest.h>

#include <random>

namespace soundcheck::metrics {
namespace {

using core::Counter;
using core::Metric;
using core::Stage;

TEST(TaskRecord, FailedIsTheSumOverStages) {
  TaskRecord record;
  record.failures[static_cast<std::size_t>(Stage::connect)] = 2;
  record.failures[static_cast<std::size_t>(Stage::rate_limited)] = 5;
  EXPECT_EQ(record.failed(), 7u);
}

TEST(TaskRecord, MergeAddsEverything) {
  TaskRecord a;
  a.histograms[static_cast<std::size_t>(Metric::rtf)].record(500'000);
  a.counters[static_cast<std::size_t>(Counter::turns)] = 3;
  a.failures[static_cast<std::size_t>(Stage::read)] = 1;
  a.add_failure_text(Stage::read, "closed early", 1);
  a.in_progress = 4;
  TaskRecord b = a;
  b.merge(a);
  EXPECT_EQ(b.histogram(Metric::rtf).count(), 2u);
  EXPECT_EQ(b.counter(Counter::turns), 6);
  EXPECT_EQ(b.failed(), 2u);
  EXPECT_EQ(b.failure_texts.at({Stage::read, "closed early"}), 2u);
  EXPECT_EQ(b.in_progress, 8);
}

TEST(TaskRecord, KeepsABoundedNumberOfTextsAndEveryCount) {
  TaskRecord record;
  for (int i = 0; i < 1'000; ++i)
    record.add_failure_text(Stage::check, "text " + std::to_string(1000 + i), 1);
  record.add_failure_text(Stage::deadline, "late", 5);
  EXPECT_EQ(record.failure_texts.size(), max_failure_texts + 2);  // and one "other" for each of two stages
  EXPECT_EQ(record.failure_texts.at({Stage::check, "text 1000"}), 1u);
  EXPECT_EQ(record.failure_texts.at({Stage::check, std::string(other_failures)}), 1'000 - max_failure_texts);
  EXPECT_EQ(record.failure_texts.at({Stage::deadline, std::string(other_failures)}), 5u);
}

TEST(TaskRecord, CutsLongTexts) {
  TaskRecord record;
  record.add_failure_text(Stage::check, std::string(100'000, 'x'), 1);
  EXPECT_EQ(record.failure_texts.begin()->first.second.size(), max_failure_text_length);
}

TEST(TaskRecord, TextsMergeAssociativelyBeyondTheBound) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    TaskRecord all;
    TaskRecord parts[3];
    for (int i = 0; i < 300; ++i) {
      const auto stage = static_cast<Stage>(random() % core::stage_count);
      const std::string text = "error " + std::to_string(random() % 12);
      all.add_failure_text(stage, text, 1);
      parts[random() % 3].add_failure_text(stage, text, 1);
    }
    TaskRecord left = parts[0];
    left.merge(parts[1]);
    left.merge(parts[2]);
    TaskRecord right = parts[2];
    right.merge(parts[1]);
    right.merge(parts[0]);
    EXPECT_EQ(left.failure_texts, all.failure_texts) << seed;
    EXPECT_EQ(right.failure_texts, all.failure_texts) << seed;
  }
}

TEST(Snapshot, MergesTaskByTaskAndGrows) {
  Snapshot small;
  small.tasks.resize(1);
  small.tasks[0].counters[0] = 1;
  small.loop_lag.record(100);
  Snapshot large;
  large.tasks.resize(3);
  large.tasks[0].counters[0] = 2;
  large.tasks[2].counters[0] = 7;
  large.loop_lag.record(300);
  small.merge(large);
  ASSERT_EQ(small.tasks.size(), 3u);
  EXPECT_EQ(small.tasks[0].counters[0], 3);
  EXPECT_EQ(small.tasks[2].counters[0], 7);
  EXPECT_EQ(small.loop_lag.count(), 2u);
}

}  // namespace
}  // namespace soundcheck::metrics
