#include "runner/app/monitor_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "protocols/net/loop.hpp"

namespace soundcheck::app {

namespace {

/// Indices of the logs; those of the system come after them.
enum : std::size_t { target_log, generator_log, first_of_system };

/// Indices of profile::own_series.
enum : std::size_t { rss, pss, cpu, descriptors, threads, all_series };

template <class T>
std::optional<double> as_value(const std::optional<T>& value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

monitor::Reading to_reading(const std::optional<report::ProcessSample>& process, const std::string& no_data) {
  if (!process) return monitor::Reading::failed(all_series, no_data);
  monitor::Reading reading(all_series);
  reading.values[rss] = static_cast<double>(process->rss_bytes);
  reading.values[pss] = as_value(process->pss_bytes);
  reading.values[cpu] = process->cpu_cores;
  reading.values[descriptors] = as_value(process->descriptors);
  reading.values[threads] = process->threads;
  for (const auto& [series, what] : {std::pair{pss, "proportional memory"}, {descriptors, "descriptors"}}) {
    if (!reading.values[series])
      reading.troubles.push_back(
          {fmt::format("the process does not show this user its {}: run soundcheck as its user", what),
           {series}});
  }
  return reading;
}

metrics::MonitorRecord record_of(std::string_view name, std::string_view kind, std::string source,
                                 core::Duration every, const std::vector<profile::MonitorSeries>& all) {
  metrics::MonitorRecord record;
  record.name = name;
  record.kind = kind;
  record.source = std::move(source);
  record.every_seconds = core::to_seconds(every);
  for (const profile::MonitorSeries& series : all) {
    metrics::SeriesRecord& added = record.series.emplace_back();
    added.name = series.name;
    added.unit = series.unit;
    added.may_leak = series.may_leak;
  }
  return record;
}

}  // namespace

std::variant<std::vector<monitor::MadeMonitor>, std::string> make_monitors(
    const std::vector<profile::Monitor>& settings) {
  std::vector<monitor::MadeMonitor> monitors;
  std::string problems;
  for (const profile::Monitor& one : settings) {
    auto made = monitor::make_monitor(one, net::Loop::clock);
    if (auto* good = std::get_if<monitor::MadeMonitor>(&made)) {
      monitors.push_back(std::move(*good));
      continue;
    }
    for (const profile::MonitorProblem& problem : std::get<monitor::Problems>(made))
      problems += fmt::format("the monitor {}: {}: {}\n", one.name, problem.key, problem.text);
  }
  if (!problems.empty()) return problems;
  return monitors;
}

MonitorWatch::MonitorWatch(std::span<const profile::Monitor> settings,
                           std::vector<monitor::MadeMonitor> made) {
  for (const std::string_view name : {profile::target_monitor, profile::generator_monitor})
    logs_.emplace_back(record_of(name, "process", "", std::chrono::seconds(1), profile::own_series()));
  for (std::size_t i = 0; i < made.size(); ++i) {
    const profile::Monitor& one = settings[i];
    const core::Duration every = profile::interval_of(one);
    logs_.emplace_back(record_of(one.name, profile::kind_of(one), std::move(made[i].source), every,
                                 profile::series_of(one)));
    threads_.emplace_back(std::move(made[i].monitor), every, one.timeout, net::Loop::clock);
  }
}

void MonitorWatch::start(core::TimePoint t0) {
  t0_ = t0;
  for (monitor::MonitorThread& thread : threads_) thread.start(t0);
}

MonitorNews MonitorWatch::look(const ProcessLooks& processes) {
  MonitorNews news;
  add({target_log, processes.at, to_reading(processes.target, processes.target_no_data)}, news);
  monitor::Reading own = to_reading(processes.own, "our own process cannot be read from /proc");
  // Shards have tables of their own: the one that holds most counts.
  if (processes.own_descriptors) own.values[descriptors] = static_cast<double>(*processes.own_descriptors);
  add({generator_log, processes.at, std::move(own)}, news);
  news.troubles.clear();  // of those two the reports speak in places of their own
  take(news);
  return news;
}

std::vector<monitor::MonitorSample> MonitorWatch::finish(double run_seconds) {
  for (monitor::MonitorThread& thread : threads_) thread.end();
  for (monitor::MonitorThread& thread : threads_) thread.stop();
  MonitorNews last;
  take(last);
  for (monitor::MonitorLog& log : logs_) log.finish(run_seconds);
  return std::move(last.samples);
}

std::vector<metrics::MonitorRecord> MonitorWatch::records() const {
  std::vector<metrics::MonitorRecord> records;
  for (const monitor::MonitorLog& log : logs_) records.push_back(log.record());
  return records;
}

void MonitorWatch::add(monitor::MonitorSample sample, MonitorNews& news) {
  monitor::MonitorLog& log = logs_[sample.monitor];
  for (const std::string& text : log.add(sample.at, sample.reading))
    news.troubles.push_back(fmt::format("monitor {}: {}", log.record().name, text));
  news.samples.push_back(std::move(sample));
}

void MonitorWatch::take(MonitorNews& news) {
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    for (monitor::TimedReading& taken : threads_[i].take())
      add({first_of_system + i, core::to_seconds(taken.at - t0_), std::move(taken.reading)}, news);
  }
}

}  // namespace soundcheck::app
