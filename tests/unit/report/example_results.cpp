#include "tests/unit/report/example_results.hpp"

#include "runner/metrics/aggregator.hpp"
#include "runner/report/summarise.hpp"
#include "runner/verdict/gap.hpp"
#include "runner/verdict/limited_by.hpp"
#include "runner/verdict/objectives.hpp"

namespace soundcheck::report {

namespace {

using core::Counter;
using core::Metric;
using core::Stage;
using core::Subsystem;
using metrics::TaskRecord;

void set(TaskRecord& record, Counter counter, std::int64_t n) {
  record.counters[static_cast<std::size_t>(counter)] = n;
}

/// 1,000 values from half to one and a half times the middle, evenly spread.
void spread(TaskRecord& record, Metric metric, std::int64_t middle) {
  for (std::int64_t i = 0; i < 1000; ++i) {
    record.histograms[static_cast<std::size_t>(metric)].record(middle / 2 + middle * i / 1000);
  }
}

void fail(TaskRecord& record, Stage stage, const std::string& text, std::uint64_t n) {
  record.failures[static_cast<std::size_t>(stage)] += n;
  record.add_failure_text(stage, text, n);
}

TaskRecord http_task(std::int64_t n, std::int64_t micro) {
  TaskRecord record;
  set(record, Counter::started, n);
  set(record, Counter::succeeded, n);
  set(record, Counter::bytes_sent, 120 * n);
  set(record, Counter::bytes_received, 900 * n);
  spread(record, Metric::response_time, micro);
  spread(record, Metric::service_time, micro);
  spread(record, Metric::lateness, 80);
  return record;
}

TaskRecord api_task(std::int64_t n, std::int64_t micro) {
  TaskRecord record = http_task(n, micro);
  spread(record, Metric::first_byte_time, micro * 9 / 10);
  spread(record, Metric::transfer_time, micro / 10);
  return record;
}

TaskRecord socket_task() {
  TaskRecord record = http_task(275, 2'400);
  set(record, Counter::connections, 12);
  set(record, Counter::clean_closes, 12);
  spread(record, Metric::connect_time, 900);
  spread(record, Metric::ping_rtt, 400);
  return record;
}

TaskRecord call_task() {
  TaskRecord record;
  set(record, Counter::started, 9);
  set(record, Counter::succeeded, 9);
  set(record, Counter::turns, 27);
  set(record, Counter::rtf_busy, 1000);
  set(record, Counter::frames_sent, 8'200);
  set(record, Counter::frames_received, 5'100);
  spread(record, Metric::setup_time, 4'000);
  spread(record, Metric::first_partial_time, 420'000);
  spread(record, Metric::final_time, 610'000);
  spread(record, Metric::voice_to_voice, 900'000);
  spread(record, Metric::lag, 130'000);
  spread(record, Metric::rtf, 310'000);
  spread(record, Metric::pacing_error, 300);
  spread(record, Metric::word_error_rate, 20'000);
  return record;
}

const std::vector<std::pair<Subsystem, std::string>> tasks{{Subsystem::api, "health_check"},
                                                           {Subsystem::api, "create_and_end_call"},
                                                           {Subsystem::websocket, "exchange"},
                                                           {Subsystem::ai_pipeline, "call"}};

std::vector<profile::Objective> example_objectives() {
  using Op = profile::Bound::Op;
  const auto objective = [](std::string name, std::string metric, std::string aggregation,
                            profile::Bound target, profile::Bound warning) {
    profile::Objective o;
    o.name = std::move(name);
    o.metric = std::move(metric);
    o.aggregation = std::move(aggregation);
    o.levels = {{"target", std::move(target)}, {"warning", std::move(warning)}};
    return o;
  };
  return {objective("API p95 latency", "api.response_time", "p95", {Op::less, 0.2, "< 200ms"},
                    {Op::less_equal, 0.5, "<= 500ms"}),
          objective("API success rate", "api.success_rate", "", {Op::greater, 0.99, "> 99%"},
                    {Op::greater_equal, 0.95, ">= 95%"}),
          objective("WebSocket success rate", "websocket.success_rate", "", {Op::greater, 0.95, "> 95%"},
                    {Op::greater_equal, 0.8, ">= 80%"}),
          objective("AI real-time factor", "ai_pipeline.rtf", "p95", {Op::less, 0.8, "< 0.8"},
                    {Op::less_equal, 1.0, "<= 1.0"}),
          objective("Memory growth", "target.memory_growth", "", {Op::less, 50e6, "< 50MB"},
                    {Op::less_equal, 100e6, "<= 100MB"})};
}

verdict::GeneratorFigures quiet_generator() {
  verdict::GeneratorFigures figures;
  figures.shard_cpu = {0.2};
  figures.loop_lag.record(140, 1'000);
  figures.stolen_share = 0.0021;
  figures.free_descriptors = 19'970;
  return figures;
}

/// What a run measured; finish() makes a result of it in the way the program does.
struct Measured {
  std::vector<TaskRecord> totals{api_task(4'000, 3'000), api_task(1'500, 12'000), socket_task(), call_task()};
  verdict::GeneratorFigures generator = quiet_generator();
  std::array<bool, core::subsystem_count> skipped{};
  std::uint64_t memory_step = 40'000;  ///< bytes that the target gains each second
  bool target_found = true;
  std::vector<profile::Objective> objectives = example_objectives();
  std::vector<verdict::OverTime> over_time;
  std::optional<verdict::Abort> abort;
};

TaskResult task_result(Subsystem subsystem, std::string name, const TaskRecord& record, double seconds) {
  TaskResult task = summarise(std::move(name), record, seconds);
  task.times = metrics::time_table(record.histogram(metrics::main_metric(subsystem)));
  task.kind = subsystem == Subsystem::websocket     ? "WebSocket"
              : subsystem == Subsystem::ai_pipeline ? "call"
                                                    : "";
  if (task.name == "health_check") task.kind = "GET";
  return task;
}

/// All subsystems together, with a history of three seconds, the second of which is a hole.
void add_total(RunResult& r, const Measured& measured, double seconds) {
  TaskRecord total;
  metrics::Histogram main;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (measured.skipped[static_cast<std::size_t>(tasks[i].first)]) continue;
    total.merge(measured.totals[i]);
    main.merge(measured.totals[i].histogram(metrics::main_metric(tasks[i].first)));
  }
  r.total = summarise("", total, seconds);
  r.total.times = metrics::time_table(main);
  for (int second = 1; second <= 3; ++second) {
    metrics::HistoryRow row;
    row.at = second;
    row.in_progress = 18;
    if (second != 2) row.times = r.total.times;
    if (second != 2) row.succeeded = 90;
    row.failed = second == 3 ? 2 : 0;
    row.total_succeeded = second == 1 ? 90 : 180;
    row.total_failed = row.failed;
    row.total_bytes = 900 * static_cast<std::int64_t>(row.total_succeeded);
    row.total_median = r.total.times.median();
    row.total_mean = r.total.times.mean;
    row.total_min = r.total.times.min;
    row.total_max = r.total.times.max;
    r.history.push_back(row);
  }
}

SubsystemResult subsystem_result(Subsystem subsystem, const Measured& measured,
                                 const std::vector<ObjectiveResult>& results,
                                 const verdict::EvaluationInput& input) {
  SubsystemResult s;
  s.subsystem = subsystem;
  const verdict::SubsystemOutcome outcome = verdict::judge(subsystem, results, input);
  s.skipped = outcome.skipped;
  s.success = outcome.success();
  s.reason = outcome.reason;
  if (s.skipped) return s;
  TaskRecord total;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].first != subsystem) continue;
    s.tasks.push_back(task_result(subsystem, tasks[i].second, measured.totals[i], input.measured_seconds));
    total.merge(measured.totals[i]);
  }
  s.total = task_result(subsystem, "", total, input.measured_seconds);
  s.rtf_source = verdict::rtf_source(total);
  s.gap = verdict::explain_gap(subsystem, total);
  SecondRow row;
  row.at = 6;
  row.succeeded = 90;
  row.in_progress = 10;
  row.p50 = 0.003;
  row.p95 = 0.0125;
  row.p99 = 0.0131;
  if (subsystem == Subsystem::ai_pipeline) row.rtf = 0.31;
  s.seconds = {row};
  return s;
}

RunResult finish(const Measured& measured) {
  RunResult r;
  r.build = {"0.1.0", "0123abc", "gcc 12.2.0", "Release"};
  r.host = {"bench-1", "Linux 6.1", "Some CPU", 4, 8'000'000'000};
  r.profile_name = "quick";
  r.system_name = "phone_agent";
  r.target_url = "http://127.0.0.1:8080";
  r.profile_text = "name: quick\nduration: 1m\n";
  r.profile_hash = "ab12";
  r.seed = 1;
  r.started_at = "2026-01-02T03:04:05Z";
  r.planned_seconds = 60;
  r.actual_seconds = 60.02;
  r.warm_up_seconds = 5;

  if (measured.target_found) {
    r.target.pid = 4711;
    r.target.command = "phone_agent";
    r.target.how_found = "listens on port 8080";
    for (int i = 1; i <= 60; ++i) {
      r.target.samples.push_back({static_cast<double>(i),
                                  90'000'000 + static_cast<std::uint64_t>(i) * measured.memory_step,
                                  85'000'000, 0.5, 31, 9, 89'500'000});
    }
  } else {
    r.target.no_data = "nothing on this machine listens on port 8080: name the process with --target-pid";
  }
  const std::string no_growth = summarise_samples(r.target, {r.warm_up_seconds});
  r.target.samples.resize(
      std::min<std::size_t>(2, r.target.samples.size()));  // the golden files need no more
  r.generator.pid = 4712;
  r.generator.command = "soundcheck";
  r.generator.how_found = "self";
  r.generator.cpu_cores_mean = 0.2;

  TaskRecord total;
  verdict::GeneratorFigures generator = measured.generator;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    total.merge(measured.totals[i]);
    generator.subsystems[static_cast<std::size_t>(tasks[i].first)].merge(measured.totals[i]);
  }
  generator.cpu_cores = 0.2;
  generator.rss_peak_bytes = 25'000'000;
  r.validity = verdict::check_validity(generator);

  verdict::EvaluationInput input;
  input.tasks = tasks;
  input.totals = measured.totals;
  input.measured_seconds = 55;
  input.skipped = measured.skipped;
  input.over_time = measured.over_time;
  input.abort = measured.abort;
  r.abort = measured.abort;
  input.memory_growth = {r.target.memory_growth_bytes, measured.target_found ? no_growth : r.target.no_data};
  r.objectives = verdict::evaluate_all(measured.objectives, input);
  std::vector<verdict::SubsystemOutcome> outcomes;
  for (Subsystem subsystem : core::all_subsystems) {
    outcomes.push_back(verdict::judge(subsystem, r.objectives, input));
    r.subsystems.push_back(subsystem_result(subsystem, measured, r.objectives, input));
  }
  add_total(r, measured, input.measured_seconds);
  r.limited_by = verdict::limited_by(r.validity, {total, r.target.cpu_cores_mean, 4});
  r.verdict = verdict::overall(r.objectives, outcomes, r.validity.valid);
  return r;
}

}  // namespace

RunResult passing_run() {
  RunResult r = finish(Measured{});
  r.exit_code = 0;
  r.notes = {"balance.wav was resampled from 22050 Hz to 16000 Hz"};
  r.comparable = {{"api.response_time.p95", {0.0123, 0.0004, 11}}, {"api.rate", {20.5, 0.25, 11}}};
  return r;
}

RunResult rate_limited_run() {
  Measured measured;
  TaskRecord& api = measured.totals[1];
  fail(api, Stage::rate_limited, "429 Too Many Requests", 412);
  fail(api, Stage::check, "status 500: \x1b[2J\"boom\"\nline two \xff", 7);
  fail(api, Stage::check, "status 502", 2);
  spread(api, Metric::response_time, 700'000);  // waited before the start, so above the service time
  set(api, Counter::late_starts, 96);
  measured.totals[3] = TaskRecord{};
  fail(measured.totals[3], Stage::connect, "connection refused", 9);
  set(measured.totals[3], Counter::started, 9);
  measured.memory_step = 1'500'000;
  RunResult r = finish(measured);
  r.exit_code = 1;
  r.target.exit = "the target ended by signal 9 (killed) after 41.2 s";
  return r;
}

RunResult invalid_run() {
  Measured measured;
  measured.generator.loop_lag.record(31'000, 100'000);
  measured.generator.shard_cpu = {0.41, 0.99};
  measured.generator.stolen_share = 0.123;
  RunResult r = finish(measured);
  r.exit_code = 3;
  return r;
}

RunResult no_data_run() {
  Measured measured;
  measured.totals[2] = TaskRecord{};
  measured.totals[3] = TaskRecord{};
  measured.skipped[static_cast<std::size_t>(Subsystem::ai_pipeline)] = true;
  measured.target_found = false;
  RunResult r = finish(measured);
  r.exit_code = 3;
  return r;
}

RunResult ended_early_run() {
  using Op = profile::Bound::Op;
  Measured measured;
  fail(measured.totals[1], Stage::check, "status 503", 194);
  set(measured.totals[1], Counter::server_errors, 194);
  spread(measured.totals[1], Metric::connect_time, 400);
  spread(measured.totals[1], Metric::tls_time, 1'900);
  profile::Objective own;
  own.name = "API p95, reading";
  own.metric = "api.response_time";
  own.aggregation = "p95";
  own.tag = "read";
  own.tasks = {"health_check"};
  own.over = std::chrono::seconds(10);
  own.levels = {{"excellent", {Op::less, 0.002, "< 2ms"}}, {"acceptable", {Op::less, 0.1, "< 100ms"}}};
  own.worst = "poor";
  profile::Objective steady;
  steady.name = "API p95 is stable";
  steady.metric = "api.response_time";
  steady.aggregation = "p95";
  steady.stability = true;
  steady.levels = {{"target", {Op::less_equal, 1.2, "<= 1.2"}}};
  profile::Objective errors;
  errors.name = "API error rate";
  errors.metric = "api.error_rate";
  errors.abort_on_fail = true;
  errors.levels = {{"target", {Op::less, 0.01, "< 1%"}}};
  measured.objectives = {own, steady, errors};
  measured.over_time = {
      {{0.0043, {}}, 780, "the worst of 12 windows of 10 s, which ended 21 s after the start"},
      {{std::nullopt, "the run ended before its last third was over: let it run to its end"}, 0, {}},
      {}};
  measured.abort = verdict::Abort{"API error rate", 26, 0.034};
  RunResult r = finish(measured);
  r.actual_seconds = 27.1;
  r.exit_code = 1;
  return r;
}

RunResult own_levels_run() {
  using Op = profile::Bound::Op;
  const auto check = [](std::string name, std::string metric, std::string aggregation,
                        profile::Bound excellent, profile::Bound acceptable) {
    profile::Objective o;
    o.name = std::move(name);
    o.metric = std::move(metric);
    o.aggregation = std::move(aggregation);
    o.levels = {{"excellent", std::move(excellent)}, {"acceptable", std::move(acceptable)}};
    return o;
  };
  Measured measured;
  measured.skipped = {false, true, true};
  fail(measured.totals[1], Stage::check, "status 503", 60);
  measured.objectives = {
      check("p95 response time", "api.response_time", "p95", {Op::less, 0.5, "< 500ms"},
            {Op::less, 1, "< 1s"}),
      check("Error rate", "api.error_rate", "", {Op::less, 0.01, "< 1%"}, {Op::less, 0.05, "< 5%"}),
      check("Requests per second", "api.rate", "", {Op::greater, 50, "> 50/s"}, {Op::greater, 20, "> 20/s"})};
  measured.objectives.push_back(measured.objectives.front());
  measured.objectives.back().name = "Health check p95";
  measured.objectives.back().task = "health_check";
  measured.objectives.back().tasks = {"health_check"};
  measured.objectives.back().levels = {{"excellent", {Op::less, 0.001, "< 1ms"}},
                                       {"acceptable", {Op::less, 0.002, "< 2ms"}}};
  RunResult r = finish(measured);
  r.exit_code = 1;
  return r;
}

RunResult partial_run() {
  RunResult r = finish(Measured{});
  r.partial = true;
  r.actual_seconds = 33.4;
  r.exit_code = 130;
  r.embedded_target = true;
  return r;
}

}  // namespace soundcheck::report
