#include "runner/report/csv.hpp"

#include <fmt/format.h>

#include <ctime>

#include "runner/report/lookup.hpp"
#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

using core::Counter;

constexpr std::string_view percentile_columns = "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%";
constexpr std::string_view not_available = "N/A";

/// RFC 4180: quoted only if it has to be.
std::string field(std::string_view text) {
  const std::string line = printable(text);
  if (line.find_first_of(",\"") == std::string::npos) return line;
  std::string quoted = "\"";
  for (const char c : line) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string milliseconds(double seconds) { return fmt::format("{:.3f}", seconds * 1e3); }

std::string percentiles(const metrics::TimeTable& times) {
  std::string text;
  for (const double value : times.at_quantile) {
    if (!text.empty()) text += ',';
    text += times.count == 0 ? std::string(not_available) : milliseconds(value);
  }
  return text;
}

double average_size(std::uint64_t bytes, std::uint64_t requests) {
  return requests == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(requests);
}

std::string stats_row(const TaskResult& task, std::string_view name) {
  const std::uint64_t requests = ended(task);
  const double failure_rate =
      requests == 0 ? 0 : task.rate * static_cast<double>(task.failed) / static_cast<double>(requests);
  return fmt::format("{},{},{},{},{},{},{},{},{:.3f},{:.6f},{:.6f},{}\n", field(task.kind), field(name),
                     requests, task.failed, milliseconds(task.times.median()), milliseconds(task.times.mean),
                     milliseconds(task.times.min), milliseconds(task.times.max),
                     average_size(count_of(task, Counter::bytes_received), requests), task.rate, failure_rate,
                     percentiles(task.times));
}

std::string stats(const RunResult& result) {
  std::string text = fmt::format(
      "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response "
      "Time,Max "
      "Response Time,Average Content Size,Requests/s,Failures/s,{}\n",
      percentile_columns);
  for (const SubsystemResult& s : result.subsystems) {
    for (const TaskResult& task : s.tasks) text += stats_row(task, task.name);
  }
  return text + stats_row(result.total, "Aggregated");
}

/// Seconds since 1970 of an RFC 3339 time in UTC.
std::int64_t unix_seconds(const std::string& time) {
  std::tm parts{};
  return ::strptime(time.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) == nullptr ? 0 : ::timegm(&parts);
}

std::string history(const RunResult& result) {
  std::string text = fmt::format(
      "Timestamp,User Count,Type,Name,Requests/s,Failures/s,{},Total Request Count,Total Failure Count,Total "
      "Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response "
      "Time,Total "
      "Average Content Size\n",
      percentile_columns);
  const std::int64_t start = unix_seconds(result.started_at);
  for (const metrics::HistoryRow& row : result.history) {
    const auto rate = [&](std::uint64_t n) {
      return row.seconds > 0 ? static_cast<double>(n) / row.seconds : 0.0;
    };
    const std::uint64_t requests = row.total_succeeded + row.total_failed;
    text += fmt::format("{},{},,Aggregated,{:.6f},{:.6f},{},{},{},{},{},{},{},{:.3f}\n",
                        start + static_cast<std::int64_t>(row.at), row.in_progress,
                        rate(row.succeeded + row.failed), rate(row.failed), percentiles(row.times), requests,
                        row.total_failed, milliseconds(row.total_median), milliseconds(row.total_mean),
                        milliseconds(row.total_min), milliseconds(row.total_max),
                        average_size(static_cast<std::uint64_t>(row.total_bytes), requests));
  }
  return text;
}

std::string failures(const RunResult& result) {
  std::string text = "Method,Name,Error,Occurrences\n";
  for (const SubsystemResult& s : result.subsystems) {
    for (const TaskResult& task : s.tasks) {
      for (const FailureSummary& f : task.failures) {
        if (f.stage == core::Stage::local) continue;
        text += fmt::format("{},{},{},{}\n", field(task.kind), field(task.name),
                            field(fmt::format("{}: {}", core::to_string(f.stage), f.text)), f.count);
      }
    }
  }
  return text;
}

std::string exceptions(const RunResult& result) {
  std::string text = "Count,Message,Traceback,Nodes\n";
  for (const SubsystemResult& s : result.subsystems) {
    for (const FailureSummary& f : s.total.failures) {
      if (f.stage == core::Stage::local)
        text += fmt::format("{},{},,{}\n", f.count, field(f.text), field(result.host.name));
    }
  }
  return text;
}

}  // namespace

std::array<CsvFile, 4> to_csv(const RunResult& result) {
  return {CsvFile{csv_suffixes[0], stats(result)}, CsvFile{csv_suffixes[1], history(result)},
          CsvFile{csv_suffixes[2], failures(result)}, CsvFile{csv_suffixes[3], exceptions(result)}};
}

}  // namespace soundcheck::report
