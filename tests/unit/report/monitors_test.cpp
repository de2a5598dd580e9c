#include "runner/report/monitors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "runner/report/console.hpp"
#include "runner/report/json.hpp"
#include "tests/support/golden.hpp"
#include "tests/unit/report/example_results.hpp"

namespace soundcheck::report {
namespace {

using testing::HasSubstr;
using testing::Not;

void add(RunResult& result, metrics::MonitorRecord record) {
  MonitorResult& monitor = result.monitors.emplace_back();
  for (const metrics::SeriesRecord& series : record.series)
    monitor.figures.push_back(verdict::figures_of(series.series, {result.warm_up_seconds}));
  monitor.record = std::move(record);
}

metrics::MonitorRecord with_series(std::string name, std::string source, std::string kind = "redis") {
  metrics::MonitorRecord record;
  record.name = std::move(name);
  record.kind = std::move(kind);
  record.source = std::move(source);
  return record;
}

/// Twenty seconds of it, of which five are warm-up.
metrics::SeriesRecord series(std::string name, std::string unit, double first, double step) {
  metrics::SeriesRecord record{std::move(name), std::move(unit)};
  for (int second = 0; second < 20; ++second) record.series.add(second, first + step * second);
  return record;
}

RunResult monitored_run() {
  RunResult result = passing_run();
  metrics::MonitorRecord own = with_series("generator", "", "process");
  own.samples = 20;
  own.series = {series("rss", "bytes", 20e6, 1e4), series("descriptors", "count", 12, 0),
                series("threads", "count", 3, 0)};
  add(result, own);
  metrics::MonitorRecord redis = with_series("redis", "127.0.0.1:6379");
  redis.samples = 20;
  redis.failed = 2;
  redis.missed = 1;
  redis.series = {series("memory", "bytes", 1e6, 1e3), series("queue_length", "count", 0, 100),
                  series("operations", "1/s", 1'500, 0.5)};
  redis.troubles = {{"Redis at 127.0.0.1:6379: no answer in time\x1b[2J", 2, 3, 4}};
  add(result, redis);
  metrics::MonitorRecord machine = with_series("machine", "this machine", "host");
  machine.samples = 20;
  machine.series = {series("cpu", "ratio", 0.25, 0.01), series("disk_write", "bytes/s", 3e6, 0)};
  add(result, machine);
  metrics::MonitorRecord db = with_series("db", "127.0.0.1:5432/agentiq", "postgresql");
  db.failed = 4;
  db.series.push_back({"connections", "count"});
  db.series[0].trouble = "connection refused";
  db.troubles = {{"connection refused", 4, 0, 15}};
  add(result, db);
  ObjectiveResult objective;
  objective.name = "Queue";
  objective.metric = "monitors.redis.queue_length";
  objective.level = Level::critical;
  result.objectives.push_back(objective);
  return result;
}

TEST(Monitors, ABlockForEachOnTheConsole) {
  const RunResult result = monitored_run();
  support::expect_golden("monitors_block.txt", monitors_block(result, Paint(false)) + own_house(result));
  EXPECT_THAT(summary(result, {}), HasSubstr("Monitor redis (127.0.0.1:6379): 20 samples"));
}

TEST(Monitors, WithoutAnyThereIsNothingToShow) {
  EXPECT_EQ(monitors_block(passing_run(), Paint(true)), "");
  EXPECT_EQ(own_house(passing_run()), "");
  EXPECT_EQ(monitors_section(passing_run()), "");
}

TEST(Monitors, SeriesStandInTheResult) {
  const boost::json::value parsed = boost::json::parse(to_json(monitored_run()));
  const boost::json::value& redis = parsed.at("monitors").at("redis");
  EXPECT_EQ(redis.at("kind").as_string(), "redis");
  EXPECT_EQ(redis.at("missed").as_int64(), 1);
  EXPECT_EQ(redis.at("troubles").at(0).at("count").as_int64(), 2);
  const boost::json::value& queue = redis.at("series").at("queue_length");
  EXPECT_EQ(queue.at("unit").as_string(), "count");
  EXPECT_EQ(queue.at("first").to_number<double>(), 500);
  EXPECT_EQ(queue.at("last").to_number<double>(), 1900);
  EXPECT_EQ(queue.at("growth").to_number<double>(), 1200);
  EXPECT_EQ(queue.at("points").as_array().size(), 20u) << "those of the warm-up, too";
  EXPECT_EQ(queue.at("points").at(1).as_array().size(), 2u);
  const boost::json::value& none = parsed.at("monitors").at("db").at("series").at("connections");
  EXPECT_TRUE(none.at("mean").is_null());
  EXPECT_EQ(none.at("no_data").as_string(), "connection refused");
}

TEST(Monitors, JoinedPointsShowTheirExtremes) {
  RunResult result = passing_run();
  metrics::MonitorRecord record = with_series("m", "");
  record.series.push_back({"a", "count", metrics::Series(2)});
  for (const double value : {1.0, 3.0, 5.0}) record.series[0].series.add(value, value);
  add(result, record);
  const auto points =
      boost::json::parse(to_json(result)).at("monitors").at("m").at("series").at("a").at("points");
  ASSERT_EQ(points.at(0).as_array().size(), 4u);
  EXPECT_EQ(points.at(0).at(1).to_number<double>(), 2);
  EXPECT_EQ(points.at(0).at(2).to_number<double>(), 1);
  EXPECT_EQ(points.at(0).at(3).to_number<double>(), 3);
  EXPECT_EQ(points.at(1).as_array().size(), 2u);
}

TEST(Monitors, TheHtmlReportHasAChartForEachSeriesWithValuesAndSaysWhatCouldNotBeSeen) {
  const std::string html = monitors_section(monitored_run());
  EXPECT_THAT(html, HasSubstr("<h2>Beside the load</h2>"));
  EXPECT_THAT(html, HasSubstr("<figcaption>queue length<"));
  EXPECT_THAT(html, HasSubstr("<h3>Soundcheck itself</h3>"));
  EXPECT_THAT(html, HasSubstr("<figcaption>rss<"));
  EXPECT_THAT(html, Not(HasSubstr("<figcaption>connections<")));
  EXPECT_THAT(html, HasSubstr("no answer in time"));
}

}  // namespace
}  // namespace soundcheck::report
