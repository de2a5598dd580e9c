#include "runner/report/summarise.hpp"

#include <algorithm>

#include "runner/verdict/memory_growth.hpp"

namespace soundcheck::report {

MetricSummary summarise(core::Metric metric, const metrics::Histogram& histogram) {
  const auto unit = [](std::int64_t micro) { return static_cast<double>(micro) / 1e6; };
  const auto at = [&](double quantile) { return unit(histogram.quantile(quantile).value_or(0)); };
  MetricSummary summary;
  summary.metric = metric;
  summary.count = histogram.count();
  summary.saturated = histogram.saturated();
  summary.min = unit(histogram.min());
  summary.mean = histogram.mean() / 1e6;
  summary.max = unit(histogram.max());
  summary.p50 = at(0.50);
  summary.p90 = at(0.90);
  summary.p95 = at(0.95);
  summary.p99 = at(0.99);
  summary.p999 = at(0.999);
  return summary;
}

TaskResult summarise(std::string name, const metrics::TaskRecord& record, double measured_seconds) {
  TaskResult result;
  result.name = std::move(name);
  for (std::size_t i = 0; i < core::counter_count; ++i) {
    const auto counter = static_cast<core::Counter>(i);
    const bool always = counter == core::Counter::started || counter == core::Counter::succeeded;
    if (always || record.counters[i] != 0) result.counters.emplace_back(counter, record.counters[i]);
  }
  result.failed = record.failed();
  for (const auto& [kind, count] : record.failure_texts)
    result.failures.push_back({kind.first, kind.second, count});
  std::stable_sort(result.failures.begin(), result.failures.end(),
                   [](const FailureSummary& a, const FailureSummary& b) { return a.count > b.count; });
  result.skips.assign(record.skips.begin(), record.skips.end());
  std::stable_sort(result.skips.begin(), result.skips.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (std::size_t i = 0; i < core::metric_count; ++i) {
    if (record.histograms[i].count() != 0) {
      result.metrics.push_back(summarise(static_cast<core::Metric>(i), record.histograms[i]));
    }
  }
  const auto succeeded = static_cast<double>(record.counter(core::Counter::succeeded));
  const double ended = succeeded + static_cast<double>(result.failed);
  if (measured_seconds > 0) result.rate = ended / measured_seconds;
  if (ended > 0) result.success_rate = succeeded / ended;
  return result;
}

std::string summarise_samples(ProcessResult& process, const verdict::MeasuredTime& measured) {
  std::vector<verdict::MemorySample> memory;
  double cores = 0;
  std::size_t counted = 0;
  for (const ProcessSample& sample : process.samples) {
    if (sample.at > measured.to) break;
    memory.push_back({sample.at, sample.rss_bytes});
    if (sample.at < measured.from) continue;
    cores += sample.cpu_cores;
    ++counted;
    process.memory_peak_bytes =
        std::max(process.memory_peak_bytes.value_or(0), static_cast<double>(sample.rss_bytes));
  }
  const verdict::Figure growth = verdict::memory_growth(memory, measured.from);
  process.memory_growth_bytes = growth.value;
  if (counted > 0) process.cpu_cores_mean = cores / static_cast<double>(counted);
  return growth.no_data;
}

std::vector<compare::Figure> measure_target(const ProcessResult& target, double from, double to) {
  std::vector<compare::Share> memory, cpu;
  for (const ProcessSample& sample : target.samples) {
    if (sample.at < from || sample.at > to) continue;
    memory.push_back({static_cast<double>(sample.rss_bytes), 1});
    cpu.push_back({sample.cpu_cores, 1});
  }
  if (memory.empty()) return {};
  return {{"target.memory", compare::measure_ratio(memory)}, {"target.cpu", compare::measure_ratio(cpu)}};
}

}  // namespace soundcheck::report
