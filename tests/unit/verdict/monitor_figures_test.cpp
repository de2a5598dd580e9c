#include "runner/verdict/monitor_figures.hpp"

#include <gtest/gtest.h>

namespace soundcheck::verdict {
namespace {

using metrics::MonitorRecord;

/// One series that rises by one a second from 0 to 99.
MonitorRecord queue() {
  MonitorRecord record;
  record.name = "redis";
  record.series.push_back({"queue_length", "count"});
  record.series.push_back({"memory", "bytes"});
  for (int second = 0; second < 100; ++second) record.series[0].series.add(second, second);
  return record;
}

TEST(MonitorFigures, CountFromTheEndOfTheWarmUp) {
  const SeriesFigures figures = figures_of(queue().series[0].series, {50});
  EXPECT_EQ(figures.samples, 50u);
  EXPECT_EQ(figures.first, 50);
  EXPECT_EQ(figures.last, 99);
  EXPECT_EQ(figures.min, 50);
  EXPECT_EQ(figures.max, 99);
  EXPECT_EQ(figures.mean, 74.5);
  EXPECT_EQ(figures.growth, 45) << "medians of 50..54 and 95..99";
}

TEST(MonitorFigures, TheDrainDoesNotCount) {
  const SeriesFigures figures = figures_of(queue().series[0].series, {10, 20});
  EXPECT_EQ(figures.last, 20);
  EXPECT_EQ(figures.samples, 11u);
}

TEST(MonitorFigures, WithoutSamplesThereAreNone) {
  const SeriesFigures figures = figures_of(queue().series[0].series, {1000});
  EXPECT_EQ(figures.samples, 0u);
  EXPECT_FALSE(figures.first || figures.last || figures.min || figures.max || figures.mean || figures.growth);
}

TEST(MonitorFigures, JoinedPointsKeepTheirExtremes) {
  metrics::Series series(4);
  for (const double value : {1.0, 9.0, 4.0, 4.0, 4.0}) series.add(value, value);
  EXPECT_EQ(figures_of(series, {0}).max, 9);
  EXPECT_EQ(figures_of(series, {0}).mean, 4.4);
}

TEST(MonitorFigures, AnObjectiveGetsWhatItAsksFor) {
  const MonitorRecord record = queue();
  const auto value = [&](const char* aggregation) {
    return monitor_figure({&record, 1}, "redis.queue_length", aggregation, {90}).figure.value;
  };
  EXPECT_EQ(value("max"), 99);
  EXPECT_EQ(value("min"), 90);
  EXPECT_EQ(value("mean"), 94.5);
  EXPECT_EQ(value("last"), 99);
  EXPECT_EQ(value("growth"), 7);
  EXPECT_EQ(monitor_figure({&record, 1}, "redis.queue_length", "max", {0}).unit, "count");
  EXPECT_EQ(monitor_figure({&record, 1}, "redis.queue_length", "max", {90}).samples, 10u);
}

/// A database stops answering when it is overloaded: how well it was before is no pass.
TEST(MonitorFigures, AMonitorThatWentBlindHasNoData) {
  MonitorRecord record = queue();
  const auto reason = [&](const char* aggregation, double to) {
    const SeriesFigure figure = monitor_figure({&record, 1}, "redis.queue_length", aggregation, {10, to});
    EXPECT_EQ(figure.figure.value.has_value(), figure.figure.no_data.empty());
    return figure.figure.no_data;
  };
  EXPECT_EQ(reason("max", 120), "");
  EXPECT_EQ(reason("max", 600), "for 501 s of 590 s no sample could be taken");
  record.troubles.push_back({"no answer in time", 501, 99, 600});
  for (const char* aggregation : {"max", "min", "mean", "last", "growth"}) {
    EXPECT_EQ(reason(aggregation, 600), "for 501 s of 590 s no sample could be taken: no answer in time");
  }
}

TEST(MonitorFigures, MissingFiguresSayWhy) {
  MonitorRecord record = queue();
  const auto reason = [&](const char* what, const char* aggregation, double warm_up) {
    return monitor_figure({&record, 1}, what, aggregation, {warm_up}).figure.no_data;
  };
  EXPECT_EQ(reason("rabbit.queue", "max", 0),
            "no monitor called \"rabbit\" ran: declare it under `monitors`");
  EXPECT_EQ(reason("redis.quue", "max", 0), "the monitor redis has no series \"quue\": see docs/monitors.md");
  EXPECT_EQ(reason("redis.queue_length", "growth", 97),
            "only 3 samples after the warm-up, 6 are needed: make the run longer");
  EXPECT_EQ(reason("redis.memory", "max", 0),
            "no sample was taken after the warm-up: make the run longer, or `every` of the monitor shorter");
  record.troubles.push_back({"connection refused", 1, 0, 0});
  EXPECT_EQ(reason("redis.memory", "max", 0), "connection refused");
  record.series[1].trouble = "INFO is not allowed";
  EXPECT_EQ(reason("redis.memory", "max", 0), "INFO is not allowed");
}

}  // namespace
}  // namespace soundcheck::verdict
