#include "runner/app/progress.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace soundcheck::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A run of one API task, seen second by second.
class ProgressTest : public testing::Test {
 protected:
  ProgressTest() {
    plan_.duration = std::chrono::seconds(60);
    plan_.warm_up = std::chrono::seconds(2);
    plan_.cool_down = std::chrono::seconds(30);
    plan_.tasks = {{core::Subsystem::api, "health"}};
    plan_.workloads.resize(1);
  }

  void begin(bool terminal) {
    host_.terminal = terminal;
    progress_.emplace(host_, plan_, aggregator_);
  }
  /// What is printed for one second with so many successes and failures.
  std::string show(double at, std::int64_t succeeded = 10, std::uint64_t failed = 0,
                   Progress::Phase phase = Progress::Phase::planned) {
    metrics::Snapshot snapshot;
    snapshot.tasks.resize(1);
    snapshot.tasks[0].counters[static_cast<std::size_t>(core::Counter::succeeded)] = succeeded;
    snapshot.tasks[0].failures[static_cast<std::size_t>(core::Stage::read)] = failed;
    aggregator_.add_second(at, snapshot, false);
    out_.str({});
    progress_->show(at, snapshot, std::nullopt, phase);
    return out_.str();
  }
  std::string say(const std::string& text) {
    out_.str({});
    progress_->say(text);
    return out_.str();
  }
  std::string finish() {
    out_.str({});
    progress_->finish();
    return out_.str();
  }

  std::ostringstream out_;
  plan::Plan plan_;
  metrics::Aggregator aggregator_{{{core::Subsystem::api, "health"}}};
  Host host_{out_, out_, {}, false, 80, {}};
  std::optional<Progress> progress_;
};

TEST_F(ProgressTest, EachSecondOfAShortRunIsALineInALog) {
  begin(false);
  EXPECT_THAT(show(1.001), AllOf(StartsWith("warm-up: 0:01 of 1:00; api: 10/s, 0 failed"), EndsWith("\n")));
  EXPECT_THAT(show(2.001), StartsWith("warm-up: 0:02")) << "the tick that ends the warm-up belongs to it";
  EXPECT_THAT(show(3.001), StartsWith("running: 0:03"));
  EXPECT_THAT(show(60.001), StartsWith("running: 1:00"));
  EXPECT_THAT(show(61.001), StartsWith("draining: 1:01"));
  EXPECT_THAT(show(62.001, 0, 0, Progress::Phase::cool_down), StartsWith("cool-down: 1:02 of 1:30"));
}

TEST_F(ProgressTest, WithoutAWarmUpTheRunIsOnAtOnce) {
  plan_.warm_up = {};
  begin(false);
  EXPECT_THAT(show(0.4), StartsWith("running"));
}

TEST_F(ProgressTest, FailuresAddUpAndRatesAreOfTheLastSecond) {
  begin(false);
  EXPECT_THAT(show(1, 10, 2), HasSubstr("api: 12/s, 2 failed"));
  EXPECT_THAT(show(2, 20, 3), HasSubstr("api: 23/s, 5 failed"));
  EXPECT_THAT(show(4, 20, 0), HasSubstr("api: 10/s, 5 failed")) << "two seconds passed";
}

TEST_F(ProgressTest, AnInterruptedRunDrains) {
  begin(false);
  EXPECT_THAT(show(30, 10, 0, Progress::Phase::ending), StartsWith("draining: 0:30"));
}

TEST_F(ProgressTest, ALongRunPrintsALineEveryTenSeconds) {
  plan_.duration = std::chrono::hours(1);
  begin(false);
  int lines = 0;
  for (int second = 1; second <= 60; ++second) lines += show(second + 0.001).empty() ? 0 : 1;
  EXPECT_EQ(lines, 6);
}

TEST_F(ProgressTest, OnATerminalTheLinesAreDrawnOverThemselves) {
  begin(true);
  EXPECT_THAT(show(3), AllOf(HasSubstr("0:03/1:00 running\x1b[K\n  API"), EndsWith("\x1b[K")));
  EXPECT_THAT(show(4), StartsWith("\r\x1b[1A")) << "back to the first of the two lines";
  EXPECT_EQ(say("a word"), "\r\x1b[1A\x1b[Ja word\n") << "in their place";
  EXPECT_THAT(show(5), AllOf(HasSubstr("0:05/1:00"), Not(StartsWith("\r")))) << "below the word";
  EXPECT_EQ(finish(), "\n");
  EXPECT_THAT(finish(), IsEmpty());
}

TEST_F(ProgressTest, InALogAWordIsALine) {
  begin(false);
  EXPECT_EQ(say("a word"), "a word\n");
  EXPECT_THAT(finish(), IsEmpty());
}

}  // namespace
}  // namespace soundcheck::app
