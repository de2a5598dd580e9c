#include "runner/metrics/recorder.hpp"

#include <gtest/gtest.h>

namespace soundcheck::metrics {
namespace {

using core::Counter;
using core::Metric;
using core::Stage;
using namespace std::chrono_literals;

TEST(Recorder, RecordsUnderTaskAndMetric) {
  Recorder recorder(2);
  recorder.record(1, Metric::response_time, core::Duration{1'500us});
  recorder.record_ratio(1, Metric::rtf, 0.25);
  recorder.count(0, Counter::started, 3);
  const Snapshot snapshot = recorder.take();
  ASSERT_EQ(snapshot.tasks.size(), 2u);
  EXPECT_EQ(snapshot.tasks[1].histogram(Metric::response_time).max(), 1'500);
  EXPECT_EQ(snapshot.tasks[1].histogram(Metric::rtf).max(), 250'000);
  EXPECT_EQ(snapshot.tasks[0].counter(Counter::started), 3);
  EXPECT_EQ(snapshot.tasks[0].histogram(Metric::response_time).count(), 0u);
}

TEST(Recorder, NegativeValuesCountAsZeroAndAreReported) {
  Recorder recorder(1);
  recorder.record(0, Metric::voice_to_voice, std::int64_t{-20});
  const Snapshot snapshot = recorder.take();
  EXPECT_EQ(snapshot.tasks[0].histogram(Metric::voice_to_voice).count(), 1u);
  EXPECT_EQ(snapshot.tasks[0].histogram(Metric::voice_to_voice).max(), 0);
  EXPECT_EQ(snapshot.tasks[0].counter(Counter::negative_values), 1);
}

TEST(Recorder, CountsFailuresByStageAndText) {
  Recorder recorder(1);
  recorder.fail(0, {Stage::connect, 111, "connection refused"});
  recorder.fail(0, {Stage::connect, 111, "connection refused"});
  recorder.fail(0, {Stage::rate_limited, 0, "429"});
  const Snapshot snapshot = recorder.take();
  EXPECT_EQ(snapshot.tasks[0].failed(), 3u);
  EXPECT_EQ(snapshot.tasks[0].failure_texts.at({Stage::connect, "connection refused"}), 2u);
}

TEST(Recorder, TakeStartsANewIntervalAndKeepsWhatIsInProgress) {
  Recorder recorder(2);
  recorder.in_progress(1, 5);
  recorder.count(1, Counter::started, 5);
  recorder.loop_lag(70);
  EXPECT_EQ(recorder.take().loop_lag.count(), 1u);
  recorder.in_progress(1, -2);
  const Snapshot second = recorder.take();
  EXPECT_EQ(second.tasks[1].in_progress, 3);
  EXPECT_EQ(second.tasks[1].counter(Counter::started), 0);
  EXPECT_EQ(second.loop_lag.count(), 0u);
  EXPECT_EQ(recorder.take().tasks[1].in_progress, 3);
}

}  // namespace
}  // namespace soundcheck::metrics
