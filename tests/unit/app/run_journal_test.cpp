// A run written into its journal and made again from it: the same report, also of a journal that was cut
// anywhere.
#include "runner/app/run_journal.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "runner/app/build_result.hpp"
#include "runner/app/process_watch.hpp"
#include "runner/app/rebuild.hpp"
#include "runner/app/run_codec.hpp"
#include "runner/engine/run.hpp"
#include "runner/journal/file.hpp"
#include "runner/report/console.hpp"
#include "runner/report/csv.hpp"
#include "runner/report/html.hpp"
#include "runner/report/json.hpp"
#include "runner/verdict/objective_watch.hpp"
#include "tests/unit/app/temporary_folder.hpp"

namespace soundcheck::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int seconds = 40;

RunHeader example_header() {
  RunHeader h;
  h.profile_name = "soak";
  h.system_name = "phone_agent";
  h.target_url = "http://127.0.0.1:8080";
  h.resolve_seconds = 0.004;
  h.profile_text = "system: phone_agent\n";
  h.profile_hash = "ab12";
  h.seed = 7;
  h.started_at = "2026-01-02T03:04:05Z";
  h.duration = seconds;
  h.warm_up = 5;
  h.drain = 10;
  h.tasks = {{core::Subsystem::api, "health"},
             {core::Subsystem::api, "list"},
             {core::Subsystem::websocket, "exchange"}};
  h.kinds = {"GET", "GET", "WebSocket"};
  h.skipped = {false, false, true};
  using Op = profile::Bound::Op;
  profile::Objective p95;
  p95.name = "API p95";
  p95.metric = "api.response_time";
  p95.aggregation = "p95";
  p95.task = "list";
  p95.tasks = {"list"};
  p95.levels = {{"good", {Op::less, 0.2, "< 200ms"}}, {"bearable", {Op::less_equal, 0.5, "<= 500ms"}}};
  p95.worst = "bad";
  p95.over = std::chrono::seconds(10);
  profile::Objective growth;
  growth.name = "Memory growth";
  growth.metric = "target.memory_growth";
  growth.levels = {{"target", {Op::less, 50e6, "< 50MB"}}};
  profile::Objective queue;
  queue.name = "Queue";
  queue.metric = "monitors.redis.queue_length";
  queue.aggregation = "max";
  queue.levels = {{"target", {Op::less, 1000, "< 1000"}}};
  h.objectives = {p95, growth, queue};
  metrics::MonitorRecord redis;
  redis.name = "redis";
  redis.kind = "redis";
  redis.source = "127.0.0.1:6379";
  redis.series = {{"memory", "bytes"}, {"queue_length", "count"}};
  h.monitors = {redis};
  h.build = {"1.0", "c0ffee", "gcc", "Release"};
  h.host = {"host", "Linux", "cpu", 4, 1 << 30};
  h.target.pid = 4711;
  h.target.command = "agent";
  h.target.how_found = "listens on port 8080";
  h.generator.pid = 4712;
  h.generator.how_found = "this process";
  h.notes = {"known before"};
  return h;
}

metrics::Snapshot example_snapshot(std::mt19937_64& random) {
  metrics::Snapshot snapshot;
  snapshot.tasks.resize(3);
  for (metrics::TaskRecord& task : snapshot.tasks) {
    for (std::uint64_t n = 5 + random() % 20; n > 0; --n) {
      task.histograms[static_cast<std::size_t>(core::Metric::response_time)].record(
          static_cast<std::int64_t>(1'000 + random() % 300'000));
      ++task.counters[static_cast<std::size_t>(core::Counter::succeeded)];
      ++task.counters[static_cast<std::size_t>(core::Counter::started)];
    }
    if (random() % 5 == 0) {
      ++task.failures[static_cast<std::size_t>(core::Stage::check)];
      task.add_failure_text(core::Stage::check, "GET /list: status 500, expected 200", 1);
    }
    task.in_progress = static_cast<std::int64_t>(random() % 10);
  }
  snapshot.loop_lag.record(static_cast<std::int64_t>(random() % 300), 50);
  return snapshot;
}

RunSecond example_second(int k, std::mt19937_64& random) {
  RunSecond second;
  second.at = k;
  second.load_seconds = std::min(k, seconds);
  const auto memory = 90'000'000 + static_cast<std::uint64_t>(k) * 40'000;
  second.target =
      report::ProcessSample{static_cast<double>(k), memory, 85'000'000, 0.5, 31, 9, memory - 1'000};
  second.own = report::ProcessSample{static_cast<double>(k), 20'000'000, std::nullopt, 0.2, std::nullopt, 3};
  second.generator = {static_cast<double>(k), {0.1 * k}, monitor::MachineCounts{}, 19'000 - random() % 50};
  second.generator.machine->all = {static_cast<std::uint64_t>(400 * k), static_cast<std::uint64_t>(300 * k),
                                   0};
  second.generator.machine->cores = {second.generator.machine->all};
  monitor::Reading reading(2);
  if (k % 7 == 0) {
    reading.troubles.push_back({"connection refused"});
  } else {
    reading.values = {1e6 + k, std::nullopt};
    if (k % 2 == 0) reading.values[1] = k;
    if (k % 2 != 0) reading.troubles.push_back({"no such key", {1}});
  }
  second.monitored = {{0, k + 0.001, reading}};
  return second;
}

class RunJournalTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder.path() / "run.journal"; }

  /// Plays the first `length` seconds, into the journal too if `journal` is not null.
  report::RunResult play(int length, RunJournal* journal, bool interrupted) const {
    const RunHeader header = example_header();
    metrics::Aggregator aggregator(header.tasks);
    report::ProcessResult target = header.target;
    report::ProcessResult own = header.generator;
    GeneratorWatch generator(header.warm_up);
    verdict::ObjectiveWatch objectives(header.objectives, aggregator.tasks(),
                                       {header.warm_up, header.duration});
    monitor::MonitorLog redis(header.monitors[0]);
    std::mt19937_64 random(1);
    for (int k = 0; k <= length; ++k) {
      const metrics::Snapshot snapshot = k == 0 ? metrics::Snapshot() : example_snapshot(random);
      const RunSecond second = example_second(k, random);
      if (journal != nullptr) journal->add(second, snapshot);
      while (journal != nullptr && one_by_one && !journal->settled()) std::this_thread::yield();
      keep(target, *second.target);
      keep(own, *second.own);
      for (const monitor::MonitorSample& sample : second.monitored) redis.add(sample.at, sample.reading);
      generator.add(second.generator, second.load_seconds);
      if (k == 0) continue;
      aggregator.add_second(k, snapshot, engine::in_warm_up(k, header.warm_up));
      objectives.add_second(k, snapshot, second.load_seconds);
    }
    verdict::GeneratorFigures seen;
    generator.fill(seen);
    redis.finish(length);
    return build_result({.header = header,
                         .aggregator = aggregator,
                         .target = target,
                         .generator = own,
                         .monitors = {redis.record()},
                         .interrupted = interrupted,
                         .elapsed_seconds = static_cast<double>(length),
                         .load_seconds = std::min<double>(length, seconds),
                         .seen = seen,
                         .over_time = objectives.results(),
                         .abort = std::nullopt,
                         .notes = {"seen on the way"}});
  }
  std::unique_ptr<RunJournal> create() const {
    auto created = RunJournal::create(file(), example_header());
    if (const auto* problem = std::get_if<std::string>(&created)) throw std::runtime_error(*problem);
    return std::move(std::get<std::unique_ptr<RunJournal>>(created));
  }
  report::RunResult rebuilt() const {
    auto result = rebuild(file());
    if (const auto* problem = std::get_if<std::string>(&result)) throw std::runtime_error(*problem);
    return std::move(std::get<report::RunResult>(result));
  }
  /// Of a journal that was cut before the first look at anything.
  void expect_nothing_yet(bool torn_header) const {
    const auto result = rebuild(file());
    if (torn_header) {
      EXPECT_TRUE(std::holds_alternative<std::string>(result));
      return;
    }
    ASSERT_TRUE(std::holds_alternative<report::RunResult>(result)) << std::get<std::string>(result);
    EXPECT_EQ(std::get<report::RunResult>(result).actual_seconds, 0);
  }
  std::string bytes() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  TemporaryFolder folder;
  bool one_by_one = true;  ///< the disk is faster than the run
};

TEST_F(RunJournalTest, TheReportFromTheJournalIsTheReportOfTheRun) {
  const auto journal = create();
  const report::RunResult original = play(seconds, journal.get(), false);
  ASSERT_EQ(journal->end({false, false, "", "", {"seen on the way"}}), std::nullopt);
  EXPECT_EQ(report::to_json(rebuilt()), report::to_json(original));
}

TEST_F(RunJournalTest, WhatComesFasterThanTheDiskTakesItIsAddedUp) {
  one_by_one = false;
  const auto journal = create();
  const report::RunResult original = play(seconds, journal.get(), false);
  ASSERT_EQ(journal->end({}), std::nullopt);
  const report::RunResult again = rebuilt();
  for (std::size_t s = 0; s < 2; ++s) {
    const report::TaskResult& before = original.subsystems[s].total;
    const report::TaskResult& after = again.subsystems[s].total;
    double seconds_covered = 0;
    for (const auto& row : again.subsystems[s].seconds) seconds_covered += row.seconds;
    EXPECT_EQ(seconds_covered, seconds);
    EXPECT_EQ(after.metrics.front().count, before.metrics.front().count) << "the warm-up is kept apart";
    EXPECT_EQ(after.metrics.front().p95, before.metrics.front().p95);
    EXPECT_EQ(after.failed, before.failed);
  }
  EXPECT_EQ(again.monitors[0].figures[1].samples, original.monitors[0].figures[1].samples);
  EXPECT_EQ(again.target.samples.back().rss_bytes, original.target.samples.back().rss_bytes);
}

/// What must not change is compared with a run that was as long; texts about the journal are not.
std::string figures(report::RunResult result) {
  result.notes.clear();
  return report::to_json(result);
}

TEST_F(RunJournalTest, KilledAtAnyPointTheReportIsThatOfTheSecondsBefore) {
  {
    const auto journal = create();
    play(seconds, journal.get(), false);
    ASSERT_EQ(journal->end({}), std::nullopt);
  }
  const std::string whole = bytes();
  // Where each second's record ends. The first record is the header, the second one the look before the run.
  std::vector<std::size_t> ends;
  std::string_view rest = std::string_view(whole).substr(journal::magic.size());
  while (journal::take_record(rest).whole) ends.push_back(whole.size() - rest.size());
  ASSERT_EQ(ends.size(), seconds + 3U);

  std::vector<std::string> expected;
  for (int k = 0; k <= seconds; ++k) expected.push_back(figures(play(k, nullptr, true)));
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    const std::size_t cut = random() % whole.size();
    folder.write("run.journal", whole.substr(0, cut));
    if (cut < ends[1]) {
      expect_nothing_yet(cut < ends[0]);
      continue;
    }
    const auto recorded = std::upper_bound(ends.begin(), ends.end(), cut) - ends.begin() - 2;
    const report::RunResult result = rebuilt();
    EXPECT_EQ(figures(result),
              expected[static_cast<std::size_t>(std::min<std::ptrdiff_t>(recorded, seconds))])
        << "cut at byte " << cut;
    EXPECT_TRUE(result.partial);
    EXPECT_EQ(result.exit_code, 130);
    EXPECT_THAT(report::to_html(result), HasSubstr("</html>"));
    EXPECT_THAT(report::to_csv(result).front().second, HasSubstr("Average Response Time"));
    EXPECT_THAT(report::summary(result, {}), HasSubstr("PARTIAL"));
    ASSERT_GE(result.notes.size(), 2U);
    EXPECT_THAT(result.notes[1], HasSubstr(fmt::format("it covers the first {} s", recorded)));
  }
}

TEST_F(RunJournalTest, SamplesOfNoMonitorAreRefused) {
  RunSecond second;
  second.at = 1;
  second.monitored = {{1, 1.0, monitor::Reading(2)}};
  for (const monitor::MonitorSample& wrong :
       {monitor::MonitorSample{1, 1.0, monitor::Reading(2)}, {0, 1.0, monitor::Reading(3)}}) {
    {
      const auto journal = create();
      second.monitored = {wrong};
      journal->add(second, {});
      ASSERT_EQ(journal->end({}), std::nullopt);
    }
    EXPECT_EQ(rebuilt().actual_seconds, 0) << "nothing after it is taken";
  }
}

TEST_F(RunJournalTest, ATornHeaderIsSaid) {
  {
    const auto journal = create();
    ASSERT_EQ(journal->end({}), std::nullopt);
  }
  folder.write("run.journal", bytes().substr(0, 60));
  EXPECT_THAT(std::get<std::string>(rebuild(file())), HasSubstr("its header is torn or damaged"));
  const std::string other = std::string(journal::magic) + journal::make_record(journal::Kind::header, "\x63");
  folder.write("run.journal", other);
  EXPECT_THAT(std::get<std::string>(rebuild(file())),
              HasSubstr("it was written by another version of Soundcheck (format 99, this one reads 5)"));
}

TEST_F(RunJournalTest, TheJournalOfARunThatWasKilledIsKept) {
  create();  // and never ended
  const std::string killed = bytes();
  {
    const auto next = create();
    ASSERT_EQ(next->end({}), std::nullopt);
  }
  std::ifstream old(file().string() + ".old", std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(old), {}), killed);
  create();
  std::ifstream still(file().string() + ".old", std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(still), {}), killed) << "an ended one is replaced";
}

TEST_F(RunJournalTest, HeadersAndEndsComeBack) {
  const RunHeader header = example_header();
  const auto decoded = decode_header(encode(header));
  ASSERT_TRUE(std::holds_alternative<RunHeader>(decoded));
  EXPECT_EQ(encode(std::get<RunHeader>(decoded)), encode(header));
  const RunEnd end{true, true, "ended with exit code 3", "gone", {"a", "b"}};
  const auto back = decode_end(encode(end));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->interrupted && back->ended_early);
  EXPECT_EQ(back->target_exit, "ended with exit code 3");
  EXPECT_EQ(back->target_no_data, "gone");
  EXPECT_THAT(back->notes, ElementsAre("a", "b"));
  for (std::size_t cut = 0; cut < encode(header).size(); ++cut)
    EXPECT_FALSE(std::holds_alternative<RunHeader>(decode_header(encode(header).substr(0, cut))));
}

}  // namespace
}  // namespace soundcheck::app
