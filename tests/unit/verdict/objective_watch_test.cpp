#include "runner/verdict/objective_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace soundcheck::verdict {
namespace {

using core::Counter;
using core::Metric;
using core::Subsystem;
using profile::Bound;
using profile::Objective;
using testing::HasSubstr;
using namespace std::chrono_literals;

const std::vector<std::pair<Subsystem, std::string>> tasks{
    {Subsystem::api, "read"}, {Subsystem::api, "write"}, {Subsystem::websocket, "exchange"}};

/// What one task did in one second: the response times of what succeeded, and how many failed.
struct TaskSecond {
  std::vector<std::int64_t> micro;
  std::uint64_t failed = 0;
};
using Second = std::vector<TaskSecond>;  // by task

metrics::Snapshot snapshot_of(const Second& second) {
  metrics::Snapshot snapshot;
  snapshot.tasks.resize(tasks.size());
  for (std::size_t i = 0; i < second.size(); ++i) {
    metrics::TaskRecord& task = snapshot.tasks[i];
    for (const std::int64_t micro : second[i].micro)
      task.histograms[static_cast<std::size_t>(Metric::response_time)].record(micro);
    task.counters[static_cast<std::size_t>(Counter::succeeded)] =
        static_cast<std::int64_t>(second[i].micro.size());
    task.failures[static_cast<std::size_t>(core::Stage::check)] = second[i].failed;
  }
  return snapshot;
}

Objective objective(std::string metric, std::string aggregation, Bound bound) {
  Objective o;
  o.name = "the objective";
  o.metric = std::move(metric);
  o.aggregation = std::move(aggregation);
  o.levels = {{"target", std::move(bound)}};
  return o;
}
Objective p95(Bound bound = {Bound::Op::less, 0.2, "< 200ms"}) {
  return objective("api.response_time", "p95", std::move(bound));
}

OverTime watched(const Objective& o, const std::vector<Second>& seconds, RunTimes times) {
  const std::vector<Objective> objectives{o};
  ObjectiveWatch watch(objectives, tasks, times);
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const auto at = static_cast<double>(i + 1);
    watch.add_second(at, snapshot_of(seconds[i]), std::min(at, times.duration));
  }
  return watch.results().at(0);
}

Second constant(std::int64_t micro, std::size_t n = 20) {
  return {{std::vector<std::int64_t>(n, micro), 0}, {}, {}};
}

// ---- windows ----

/// Values below 2,048 are exact, so that the brute force and the histograms agree to the digit.
std::vector<Second> random_seconds(std::mt19937& random, std::size_t n) {
  std::vector<Second> seconds(n);
  for (Second& second : seconds) {
    second.resize(tasks.size());
    for (TaskSecond& task : second) {
      task.micro.resize(random() % 12);
      for (std::int64_t& micro : task.micro) micro = static_cast<std::int64_t>(random() % 2'000);
      task.failed = random() % 3;
    }
  }
  return seconds;
}

struct Flat {
  std::vector<std::int64_t> micro;
  std::uint64_t failed = 0;
};

Flat flatten(const std::vector<Second>& seconds, std::size_t first, std::size_t last,
             const std::vector<std::size_t>& counted) {
  Flat flat;
  for (std::size_t s = first; s < last; ++s) {
    for (const std::size_t t : counted) {
      const TaskSecond& task = seconds[s][t];
      flat.micro.insert(flat.micro.end(), task.micro.begin(), task.micro.end());
      flat.failed += task.failed;
    }
  }
  std::sort(flat.micro.begin(), flat.micro.end());
  return flat;
}

std::optional<double> brute_force(const std::string& what, const Flat& flat, double seconds) {
  const std::size_t n = flat.micro.size();
  const double ended = static_cast<double>(n) + static_cast<double>(flat.failed);
  if (what == "rate") return ended == 0 ? std::nullopt : std::optional(ended / seconds);
  if (what == "error_rate")
    return ended == 0 ? std::nullopt : std::optional(static_cast<double>(flat.failed) / ended);
  if (n == 0) return std::nullopt;
  if (what == "max") return static_cast<double>(flat.micro.back()) / 1e6;
  const std::size_t rank = (n * 95 + 99) / 100;  // ceil
  return static_cast<double>(flat.micro[rank - 1]) / 1e6;
}

TEST(Windows, AreTheWorstOfAllByBruteForce) {
  std::mt19937 random(20'261);
  for (int round = 0; round < 60; ++round) {
    const std::size_t n = 5 + random() % 40;
    const std::size_t warm_up = random() % 4;
    const std::size_t length = 1 + random() % 12;
    const bool upper = random() % 2 == 0;
    const bool one_task = random() % 2 == 0;
    const std::string what = std::vector<std::string>{"p95", "max", "rate", "error_rate"}[random() % 4];
    const std::vector<Second> seconds = random_seconds(random, n);

    const bool distribution = what == "p95" || what == "max";
    Objective o = objective(distribution ? "api.response_time" : "api." + what, distribution ? what : "",
                            {upper ? Bound::Op::less : Bound::Op::greater, 1, ""});
    o.over = std::chrono::seconds(length);
    if (one_task) o.tasks = {"write"};
    const std::vector<std::size_t> counted =
        one_task ? std::vector<std::size_t>{1} : std::vector<std::size_t>{0, 1};

    std::optional<double> worst;
    for (std::size_t end = warm_up + length; end <= n; ++end) {
      const auto value =
          brute_force(what, flatten(seconds, end - length, end, counted), static_cast<double>(length));
      if (!value) continue;
      worst = !worst ? *value : upper ? std::max(*worst, *value) : std::min(*worst, *value);
    }
    const OverTime result = watched(o, seconds, {static_cast<double>(warm_up), static_cast<double>(n)});
    SCOPED_TRACE(what + ", window " + std::to_string(length) + ", " + std::to_string(n) + " s");
    ASSERT_EQ(result.figure.value.has_value(), worst.has_value()) << result.figure.no_data;
    if (worst) {
      EXPECT_NEAR(*result.figure.value, *worst, 1e-9);
    } else {
      EXPECT_NE(result.figure.no_data, "");
    }
  }
}

TEST(Windows, AreNamedByTheirEnd) {
  std::vector<Second> seconds(20, constant(1'000));
  seconds[9] = constant(900'000);
  Objective o = p95();
  o.over = 3s;
  const OverTime result = watched(o, seconds, {0, 20});
  EXPECT_NEAR(*result.figure.value, 0.9, 0.001);
  EXPECT_EQ(result.samples, 60u);
  EXPECT_EQ(result.remark, "the worst of 18 windows of 3 s, which ended 10 s after the start");
}

TEST(Windows, ThatNeverFillHaveNoData) {
  Objective o = p95();
  o.over = 30s;
  EXPECT_EQ(watched(o, std::vector<Second>(12, constant(1)), {2, 12}).figure.no_data,
            "10 s were measured, a window has 30 s: make the run longer, or the window shorter");
  EXPECT_EQ(watched(o, std::vector<Second>(40, constant(1, 0)), {2, 40}).figure.no_data,
            "no window of 30 s holds a value");
}

TEST(Windows, TheDrainBelongsToTheLastSecondOfTheLoad) {
  std::vector<Second> seconds(10, constant(1'000));
  seconds.push_back(constant(500'000));  // ends 1 s after the load
  seconds.push_back(constant(1'000, 1));
  Objective slow = p95();
  slow.over = 2s;
  EXPECT_NEAR(*watched(slow, seconds, {0, 10}).figure.value, 0.5, 0.001);

  Objective rate = objective("api.rate", "", {Bound::Op::greater, 1, "> 1/s"});
  rate.over = 2s;
  EXPECT_DOUBLE_EQ(*watched(rate, seconds, {0, 10}).figure.value, 20.0) << "no load is no low rate";
}

TEST(Windows, TicksMayComeALittleLateOrBeLong) {
  const std::vector<Objective> objectives{[] {
    Objective o = p95();
    o.over = 30s;
    return o;
  }()};
  for (const double tick : {0.9999, 1.0004, 10.0}) {
    ObjectiveWatch watch(objectives, tasks, {0, 90});
    for (int i = 1; i * tick <= 60.5; ++i) watch.add_second(i * tick, snapshot_of(constant(1'000)), i * tick);
    EXPECT_TRUE(watch.results()[0].figure.value) << tick;
    EXPECT_NEAR(static_cast<double>(watch.results()[0].samples), 20 * 30 / tick, 20) << tick;
  }
}

// ---- stability ----

TEST(Stability, IsTheRatioOfTheThirds) {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    const std::size_t third = 3 + random() % 20;
    const std::size_t warm_up = random() % 5;
    const std::vector<Second> seconds = [&] {
      auto all = random_seconds(random, warm_up + 3 * third);
      for (Second& second : all) second[0].micro.insert(second[0].micro.end(), 10, 1'000);
      return all;
    }();
    Objective o = p95({Bound::Op::less_equal, 1.2, "<= 1.2"});
    o.stability = true;
    const double first = *brute_force("p95", flatten(seconds, warm_up, warm_up + third, {0, 1}), 0);
    const double last = *brute_force("p95", flatten(seconds, warm_up + 2 * third, seconds.size(), {0, 1}), 0);
    const OverTime result =
        watched(o, seconds, {static_cast<double>(warm_up), static_cast<double>(seconds.size())});
    ASSERT_TRUE(result.figure.value) << result.figure.no_data;
    EXPECT_NEAR(*result.figure.value, last / first, 1e-9);
  }
}

TEST(Stability, SaysBothValues) {
  std::vector<Second> seconds(30, constant(1'000));
  std::fill(seconds.begin() + 20, seconds.end(), constant(1'500));
  Objective o = p95();
  o.stability = true;
  const OverTime result = watched(o, seconds, {0, 30});
  EXPECT_DOUBLE_EQ(*result.figure.value, 1.5);
  EXPECT_EQ(result.samples, 400u);
  EXPECT_EQ(result.remark, "1.5 ms in the last third of the measured time, 1 ms in the first");
}

TEST(Stability, WithoutEnoughToCompareThereIsNoData) {
  Objective o = p95();
  o.stability = true;
  EXPECT_EQ(watched(o, std::vector<Second>(8, constant(1)), {2, 8}).figure.no_data,
            "6 s after the warm-up are too short to compare thirds: make the run at least 3 s longer");
  EXPECT_EQ(watched(o, std::vector<Second>(9, constant(1, 6)), {0, 9}).figure.no_data,
            "18 values in the first third and 18 in the last, 20 are needed in each: make the run longer, or "
            "the load higher");
  o.aggregation = "p99";
  EXPECT_THAT(watched(o, std::vector<Second>(9, constant(1, 20)), {0, 9}).figure.no_data,
              HasSubstr("100 are needed in each"));
  EXPECT_EQ(watched(o, std::vector<Second>(20, constant(1)), {0, 60}).figure.no_data,
            "the run ended before its last third was over: let it run to its end");
  o.aggregation = "p50";
  EXPECT_THAT(watched(o, std::vector<Second>(9, constant(0)), {0, 9}).figure.no_data,
              HasSubstr("the first third is 0"));
}

// ---- abort ----

/// When the run must end, if at all.
std::optional<Abort> abort_of(const Objective& o, const std::vector<Second>& seconds, RunTimes times) {
  const std::vector<Objective> objectives{o};
  ObjectiveWatch watch(objectives, tasks, times);
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const auto at = static_cast<double>(i + 1);
    watch.add_second(at, snapshot_of(seconds[i]), std::min(at, times.duration));
  }
  return watch.abort();
}

TEST(Abort, NotBeforeTheGrace) {
  Objective o = p95();
  o.abort_on_fail = true;
  o.grace = 5s;
  const std::vector<Second> slow(20, constant(300'000));
  const auto abort = abort_of(o, slow, {2, 20});
  ASSERT_TRUE(abort);
  EXPECT_EQ(abort->objective, "the objective");
  EXPECT_EQ(abort->at, 7);
  EXPECT_NEAR(abort->value, 0.3, 0.001);

  std::vector<Second> mends(20, constant(1'000, 100));
  std::fill(mends.begin() + 2, mends.begin() + 4, constant(300'000, 1));
  EXPECT_FALSE(abort_of(o, mends, {2, 20})) << "what it did in the grace may mend";
}

TEST(Abort, OnlyPastTheLastBound) {
  Objective o = p95();
  o.levels.push_back({"warning", {Bound::Op::less, 0.5, "< 500ms"}});
  o.abort_on_fail = true;
  EXPECT_FALSE(abort_of(o, std::vector<Second>(20, constant(300'000)), {0, 20}));
  EXPECT_TRUE(abort_of(o, std::vector<Second>(20, constant(600'000)), {0, 20}));
  o.abort_on_fail = false;
  EXPECT_FALSE(abort_of(o, std::vector<Second>(20, constant(600'000)), {0, 20}));
}

TEST(Abort, OfAWindowAsSoonAsOneIsBad) {
  Objective o = p95();
  o.over = 3s;
  o.abort_on_fail = true;
  std::vector<Second> seconds(60, constant(1'000, 100));
  seconds[40] = constant(900'000, 100);
  const auto abort = abort_of(o, seconds, {0, 60});
  ASSERT_TRUE(abort);
  EXPECT_EQ(abort->at, 41);
  o.over.reset();
  EXPECT_FALSE(abort_of(o, seconds, {0, 60})) << "one second in sixty is not p95 of the whole run";
}

TEST(Abort, NeitherWarmUpNorDrainNorSilenceEndARun) {
  Objective o = p95();
  o.abort_on_fail = true;
  std::vector<Second> seconds(12, constant(1'000));
  seconds[0] = seconds[1] = constant(900'000);
  seconds[10] = constant(900'000, 500);
  EXPECT_FALSE(abort_of(o, seconds, {2, 10}));
  EXPECT_FALSE(abort_of(o, std::vector<Second>(10, constant(1, 0)), {0, 10}));
}

TEST(Watch, ObjectivesOfSubsystemsThatDoNotRunGiveNothing) {
  Objective o = objective("ai_pipeline.rate", "", {Bound::Op::greater, 1, "> 1/s"});
  o.over = 1s;
  const OverTime result = watched(o, std::vector<Second>(3, constant(1)), {0, 3});
  EXPECT_FALSE(result.figure.value);
}

}  // namespace
}  // namespace soundcheck::verdict
