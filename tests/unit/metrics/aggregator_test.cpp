#include "runner/metrics/aggregator.hpp"

#include <gtest/gtest.h>

namespace soundcheck::metrics {
namespace {

using core::Counter;
using core::Metric;
using core::Stage;
using core::Subsystem;

std::vector<std::pair<Subsystem, std::string>> three_tasks() {
  return {{Subsystem::api, "health"}, {Subsystem::api, "list"}, {Subsystem::ai_pipeline, "call"}};
}

/// `ok` successes of the task, each with this response time and voice-to-voice time in microseconds.
Snapshot second_of(std::size_t task, int ok, std::int64_t micro) {
  Snapshot s;
  s.tasks.resize(3);
  s.tasks[task].counters[static_cast<std::size_t>(Counter::succeeded)] = ok;
  for (int i = 0; i < ok; ++i) {
    s.tasks[task].histograms[static_cast<std::size_t>(Metric::response_time)].record(micro);
    s.tasks[task].histograms[static_cast<std::size_t>(Metric::voice_to_voice)].record(2 * micro);
  }
  s.loop_lag.record(50);
  return s;
}

TEST(Aggregator, WarmUpGetsRowsButDoesNotCount) {
  Aggregator aggregator(three_tasks());
  aggregator.add_second(1, second_of(0, 100, 900'000), true);
  aggregator.add_second(2, second_of(0, 10, 1'000), false);
  aggregator.add_second(3, second_of(1, 5, 3'000), false);
  EXPECT_EQ(aggregator.totals()[0].counter(Counter::succeeded), 10);
  EXPECT_EQ(aggregator.loop_lag().count(), 2u);
  EXPECT_DOUBLE_EQ(aggregator.measured_seconds(), 2.0);
  const TaskRecord total = aggregator.subsystem_total(Subsystem::api);
  EXPECT_EQ(total.counter(Counter::succeeded), 15);
  EXPECT_EQ(total.histogram(Metric::response_time).max(), 3'000);
  ASSERT_EQ(aggregator.rows(Subsystem::api).size(), 3u);
  EXPECT_TRUE(aggregator.rows(Subsystem::api)[0].warm_up);
  EXPECT_FALSE(aggregator.rows(Subsystem::api)[1].warm_up);
  EXPECT_EQ(aggregator.rows(Subsystem::api)[0].succeeded, 100u);
}

TEST(Aggregator, RowsHoldTheMainMetricOfEachSubsystem) {
  Aggregator aggregator(three_tasks());
  Snapshot s = second_of(0, 4, 1'000);
  s.merge(second_of(2, 4, 1'000));
  s.tasks[2].histograms[static_cast<std::size_t>(Metric::rtf)].record(700'000);
  s.tasks[1].failures[static_cast<std::size_t>(Stage::read)] = 2;
  s.tasks[2].in_progress = 6;
  aggregator.add_second(1, s, false);
  const SecondRow& api = aggregator.rows(Subsystem::api).back();
  EXPECT_EQ(api.p95, 0.001);
  EXPECT_EQ(api.failed, 2u);
  EXPECT_FALSE(api.rtf.has_value());
  const SecondRow& ai = aggregator.rows(Subsystem::ai_pipeline).back();
  EXPECT_EQ(ai.p95, 0.002);
  EXPECT_EQ(ai.rtf, 0.7);
  EXPECT_EQ(ai.in_progress, 6);
  EXPECT_FALSE(aggregator.rows(Subsystem::websocket).back().p50.has_value());
}

TEST(Aggregator, InProgressIsTheLatestValueNotASum) {
  Aggregator aggregator(three_tasks());
  Snapshot s;
  s.tasks.resize(3);
  s.tasks[0].in_progress = 7;
  aggregator.add_second(1, s, false);
  s.tasks[0].in_progress = 4;
  aggregator.add_second(2, s, false);
  EXPECT_EQ(aggregator.totals()[0].in_progress, 4);
}

TEST(Aggregator, ASnapshotOfFewerTasksIsAccepted) {
  Aggregator aggregator(three_tasks());
  aggregator.add_second(1, Snapshot{}, false);
  EXPECT_EQ(aggregator.totals().size(), 3u);
  EXPECT_EQ(aggregator.rows(Subsystem::api).size(), 1u);
}

TEST(Aggregator, MemoryStaysBoundedAndNothingIsLost) {
  constexpr std::size_t limit = 8;
  Aggregator aggregator(three_tasks(), limit);
  for (int i = 1; i <= 101; ++i) {
    aggregator.add_second(i, second_of(0, 1, i * 10), false);
    ASSERT_LE(aggregator.rows(Subsystem::api).size(), limit);
  }
  std::uint64_t succeeded = 0;
  double covered = 0;
  double last = 0;
  for (const SecondRow& row : aggregator.rows(Subsystem::api)) {
    succeeded += row.succeeded;
    covered += row.seconds;
    EXPECT_GT(row.at, last);
    EXPECT_DOUBLE_EQ(row.at - row.seconds, last) << "rows follow one another without holes";
    last = row.at;
  }
  EXPECT_EQ(succeeded, 101u);
  EXPECT_DOUBLE_EQ(covered, 101);
  EXPECT_DOUBLE_EQ(last, 101);
}

TEST(Aggregator, TheHistoryHoldsAllSubsystemsTogether) {
  Aggregator aggregator(three_tasks());
  aggregator.add_second(1, second_of(0, 1, 900'000), true);
  Snapshot s = second_of(0, 3, 1'000);
  s.merge(second_of(2, 1, 4'000));
  s.tasks[1].failures[static_cast<std::size_t>(Stage::read)] = 2;
  s.tasks[0].counters[static_cast<std::size_t>(Counter::bytes_received)] = 700;
  s.tasks[0].in_progress = 5;
  s.tasks[2].in_progress = 1;
  aggregator.add_second(2, s, false);
  aggregator.add_second(3, second_of(0, 1, 2'000), false);
  ASSERT_EQ(aggregator.history().size(), 3u);
  EXPECT_EQ(aggregator.history()[0].total_succeeded, 0u) << "the warm-up does not count";
  EXPECT_EQ(aggregator.history()[0].times.max, 0.9) << "but has its row";
  const HistoryRow& row = aggregator.history()[1];
  EXPECT_EQ(row.in_progress, 6);
  EXPECT_EQ(row.succeeded, 4u);
  EXPECT_EQ(row.failed, 2u);
  EXPECT_EQ(row.times.count, 4u);
  EXPECT_EQ(row.times.min, 0.001);
  EXPECT_EQ(row.times.max, 0.008) << "voice-to-voice time of the call";
  EXPECT_EQ(row.total_bytes, 700);
  const HistoryRow& last = aggregator.history()[2];
  EXPECT_EQ(last.succeeded, 1u);
  EXPECT_EQ(last.total_succeeded, 5u);
  EXPECT_EQ(last.total_failed, 2u);
  EXPECT_EQ(last.total_median, 0.001);
  EXPECT_EQ(last.total_max, 0.008);
  EXPECT_DOUBLE_EQ(last.total_mean, (3 * 0.001 + 0.008 + 0.002) / 5);
  EXPECT_EQ(aggregator.main_total().count(), 5u);
}

TEST(Aggregator, AJoinedRowShowsTheWorseQuantile) {
  Aggregator aggregator(three_tasks(), 2);
  aggregator.add_second(1, second_of(0, 1, 500), true);
  aggregator.add_second(2, second_of(0, 1, 300), false);
  const std::vector<SecondRow>& rows = aggregator.rows(Subsystem::api);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].p95, 0.0005);
  EXPECT_EQ(rows[0].succeeded, 2u);
  EXPECT_DOUBLE_EQ(rows[0].seconds, 2);
  EXPECT_FALSE(rows[0].warm_up) << "part of it was measured";
  ASSERT_EQ(aggregator.history().size(), 1u);
  const HistoryRow& history = aggregator.history().front();
  EXPECT_EQ(history.succeeded, 2u);
  EXPECT_DOUBLE_EQ(history.seconds, 2);
  EXPECT_EQ(history.times.max, 0.0005);
  EXPECT_EQ(history.total_succeeded, 1u);
}

}  // namespace
}  // namespace soundcheck::metrics
