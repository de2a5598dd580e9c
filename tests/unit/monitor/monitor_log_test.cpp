// What is kept of a monitor's samples, and when they are due: in virtual time.
#include "runner/monitor/monitor_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/monitor/sample_schedule.hpp"

namespace soundcheck::monitor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

MonitorLog make_log() {
  metrics::MonitorRecord record;
  record.name = "redis";
  record.series = {{"memory", "bytes"}, {"queue", "count"}};
  return MonitorLog(std::move(record));
}

Reading of(std::optional<double> memory, std::optional<double> queue, std::vector<Trouble> troubles = {}) {
  Reading reading(2);
  reading.values = {memory, queue};
  reading.troubles = std::move(troubles);
  return reading;
}

TEST(SampleSchedule, KeepsToItsTimesWhateverSamplesTake) {
  const core::TimePoint t0{100s};
  SampleSchedule schedule(t0, 2s);
  EXPECT_EQ(schedule.due(), t0);
  schedule.taken(t0 + 1900ms);
  EXPECT_EQ(schedule.due(), t0 + 2s);
  schedule.taken(t0 + 7s);
  EXPECT_EQ(schedule.due(), t0 + 8s) << "4 s and 6 s are left out";
  schedule.taken(t0 + 10s);
  EXPECT_EQ(schedule.due(), t0 + 10s) << "due at this very moment is not late";
}

TEST(SampleSchedule, CountsWhatARunShouldHave) {
  EXPECT_EQ(samples_due(10s, 1s), 10u);
  EXPECT_EQ(samples_due(10s + 600ms, 1s), 11u);
  EXPECT_EQ(samples_due(10s, 5s), 2u);
  EXPECT_EQ(samples_due(100ms, 1s), 0u);
}

TEST(MonitorLog, KeepsValuesByTheirNames) {
  MonitorLog log = make_log();
  EXPECT_THAT(log.add(0, of(10, 1)), IsEmpty());
  EXPECT_THAT(log.add(1, of(12, 2)), IsEmpty());
  const metrics::MonitorRecord& record = log.record();
  EXPECT_EQ(record.samples, 2u);
  EXPECT_EQ(record.failed, 0u);
  EXPECT_EQ(record.series[0].name, "memory");
  EXPECT_EQ(record.series[1].unit, "count");
  EXPECT_EQ(record.series[0].series.points()[1].value, 12);
  EXPECT_EQ(record.series[1].series.points()[1].at, 1);
}

TEST(MonitorLog, SaysTheSameTroubleOnceAndCountsIt) {
  MonitorLog log = make_log();
  EXPECT_THAT(log.add(0, Reading::failed(2, "refused")), ElementsAre("refused"));
  EXPECT_THAT(log.add(1, Reading::failed(2, "refused")), IsEmpty());
  EXPECT_THAT(log.add(2, of(5, 5)), IsEmpty());
  EXPECT_THAT(log.add(3, Reading::failed(2, "refused")), IsEmpty());
  const metrics::MonitorRecord& record = log.record();
  EXPECT_EQ(record.samples, 1u);
  EXPECT_EQ(record.failed, 3u);
  ASSERT_EQ(record.troubles.size(), 1u);
  EXPECT_EQ(record.troubles[0].count, 3u);
  EXPECT_EQ(record.troubles[0].first_at, 0);
  EXPECT_EQ(record.troubles[0].last_at, 3);
  EXPECT_EQ(record.series[0].trouble, "refused");
}

TEST(MonitorLog, ATroubleOfOneSeriesIsThatSeriesOwn) {
  MonitorLog log = make_log();
  log.add(0, of(5, std::nullopt, {{"no such key", {1}}}));
  EXPECT_EQ(log.record().samples, 1u);
  EXPECT_EQ(log.record().series[0].trouble, "");
  EXPECT_EQ(log.record().series[1].trouble, "no such key");
  log.add(1, of(5, 3));
  EXPECT_EQ(log.record().series[1].trouble, "") << "it is over";
}

TEST(MonitorLog, ATroubleOfSeveralSeriesIsSaidOfEachAndCountedOnce) {
  MonitorLog log = make_log();
  EXPECT_THAT(log.add(0, of(std::nullopt, std::nullopt, {{"hidden", {0, 1}}})), ElementsAre("hidden"));
  for (const metrics::SeriesRecord& series : log.record().series) EXPECT_EQ(series.trouble, "hidden");
  EXPECT_EQ(log.record().troubles[0].count, 1u);
}

TEST(MonitorLog, AFirstSampleOfARateIsNoFailure) {
  MonitorLog log = make_log();
  log.add(0, of(std::nullopt, std::nullopt));
  EXPECT_EQ(log.record().samples, 1u);
  EXPECT_EQ(log.record().failed, 0u);
}

TEST(MonitorLog, IsBoundedWhateverTheMonitorSays) {
  MonitorLog log = make_log();
  std::size_t said = 0;
  for (int i = 0; i < 1'000; ++i)
    said += log.add(i, Reading::failed(2, "trouble " + std::to_string(i))).size();
  EXPECT_EQ(said, MonitorLog::most_troubles);
  ASSERT_EQ(log.record().troubles.size(), MonitorLog::most_troubles + 1);
  EXPECT_EQ(log.record().troubles.back().text, "(other troubles)");
  EXPECT_EQ(log.record().troubles.back().count, 1'000 - MonitorLog::most_troubles);
}

TEST(MonitorLog, CountsWhatWasMissed) {
  MonitorLog log = make_log();
  for (int i = 0; i < 6; ++i) log.add(i, of(1, 1));
  log.finish(10);
  EXPECT_EQ(log.record().missed, 4u);
  log.finish(6);
  EXPECT_EQ(log.record().missed, 0u);
}

}  // namespace
}  // namespace soundcheck::monitor
