#include "runner/journal/snapshot_codec.hpp"

#include <gtest/gtest.h>

#include <random>

namespace soundcheck::journal {
namespace {

using metrics::Snapshot;
using metrics::TaskRecord;

/// What a shard may have recorded, by chance.
Snapshot any_snapshot(std::mt19937_64& random, std::size_t tasks) {
  Snapshot snapshot;
  snapshot.tasks.resize(tasks);
  for (TaskRecord& task : snapshot.tasks) {
    if (random() % 3 == 0) continue;
    for (auto& histogram : task.histograms) {
      for (std::uint64_t n = random() % 5; n > 0; --n)
        histogram.record(static_cast<std::int64_t>(random() >> (random() % 60)) - 5, 1 + random() % 1'000);
    }
    for (auto& counter : task.counters)
      counter = random() % 2 == 0 ? 0 : static_cast<std::int64_t>(random() % 1'000) - 500;
    for (auto& failure : task.failures) failure = random() % 3 == 0 ? random() % 100 : 0;
    for (std::uint64_t n = random() % 4; n > 0; --n)
      task.add_failure_text(static_cast<core::Stage>(random() % core::stage_count), std::to_string(random()),
                            3);
    for (std::uint64_t n = random() % 3; n > 0; --n)
      task.skips[std::to_string(random() % 5)] += 1 + random() % 9;
    task.in_progress = static_cast<std::int64_t>(random() % 10);
  }
  if (random() % 2 == 0) snapshot.loop_lag.record(static_cast<std::int64_t>(random() % 10'000), 7);
  return snapshot;
}

void expect_same(const Snapshot& a, const Snapshot& b) {
  ASSERT_EQ(a.tasks.size(), b.tasks.size());
  EXPECT_EQ(a.loop_lag, b.loop_lag);
  for (std::size_t i = 0; i < a.tasks.size(); ++i) {
    EXPECT_EQ(a.tasks[i].histograms, b.tasks[i].histograms);
    EXPECT_EQ(a.tasks[i].counters, b.tasks[i].counters);
    EXPECT_EQ(a.tasks[i].failures, b.tasks[i].failures);
    EXPECT_EQ(a.tasks[i].failure_texts, b.tasks[i].failure_texts);
    EXPECT_EQ(a.tasks[i].skips, b.tasks[i].skips);
    EXPECT_EQ(a.tasks[i].in_progress, b.tasks[i].in_progress);
  }
}

TEST(SnapshotCodec, WhateverWasRecordedComesBackAlsoIntoAUsedSnapshot) {
  std::mt19937_64 random(2);
  Snapshot used;
  for (int round = 0; round < 40; ++round) {
    const Snapshot original = any_snapshot(random, random() % 6);
    ByteWriter out;
    write(out, original);
    ByteReader in(out.bytes());
    read(in, used);
    ASSERT_TRUE(in.ok());
    EXPECT_TRUE(in.at_end());
    expect_same(original, used);
  }
}

TEST(SnapshotCodec, DamageIsSeenOrHarmless) {
  std::mt19937_64 random(3);
  const Snapshot original = any_snapshot(random, 3);
  ByteWriter out;
  write(out, original);
  Snapshot into;
  for (std::size_t cut = 0; cut < out.bytes().size(); ++cut) {
    ByteReader in(std::string_view(out.bytes()).substr(0, cut));
    read(in, into);
    EXPECT_FALSE(in.ok()) << "cut at " << cut;
  }
  for (int round = 0; round < 3'000; ++round) {
    std::string bytes = out.bytes();
    bytes[random() % bytes.size()] = static_cast<char>(random());
    ByteReader in(bytes);
    read(in, into);  // the record's checksum is what finds it; here nothing may break
  }
}

/// A soak of a week: 50 series (tasks times metrics) and 25 requests a second on them.
TEST(SnapshotCodec, AWeekOfFiftySeriesStaysUnderAGibibyte) {
  std::mt19937_64 random(4);
  std::lognormal_distribution<double> latency(9, 0.5);  // about 8 ms
  constexpr std::size_t tasks = 10, metrics_of_a_task = 5;
  double bytes = 0;
  constexpr int seconds = 200;
  for (int second = 0; second < seconds; ++second) {
    Snapshot snapshot;
    snapshot.tasks.resize(tasks);
    for (int request = 0; request < 25; ++request) {
      TaskRecord& task = snapshot.tasks[random() % tasks];
      for (std::size_t metric = 0; metric < metrics_of_a_task; ++metric)
        task.histograms[metric].record(static_cast<std::int64_t>(latency(random)));
      for (std::size_t counter = 0; counter < 4; ++counter) task.counters[counter] += 300;
    }
    for (TaskRecord& task : snapshot.tasks) task.in_progress = 2;
    for (int timer = 0; timer < 100; ++timer)
      snapshot.loop_lag.record(static_cast<std::int64_t>(random() % 300));
    ByteWriter out;
    write(out, snapshot);
    bytes += static_cast<double>(out.bytes().size());
  }
  const double week = bytes / seconds * 7 * 86'400;
  EXPECT_LT(week, 0.8 * 1024 * 1024 * 1024) << bytes / seconds << " bytes a second; processes come on top";
}

}  // namespace
}  // namespace soundcheck::journal
