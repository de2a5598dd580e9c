// From what was recorded to the figures of a RunResult: the one place that turns histograms into percentiles
// for reports. Pure.
#pragma once

#include <string>

#include "runner/metrics/snapshot.hpp"
#include "runner/report/result.hpp"
#include "runner/verdict/monitor_figures.hpp"

namespace soundcheck::report {

/// In the metric's unit. All zero if the histogram is empty.
MetricSummary summarise(core::Metric metric, const metrics::Histogram& histogram);

/// `measured_seconds`: how long the record covers, for the rate.
TaskResult summarise(std::string name, const metrics::TaskRecord& record, double measured_seconds);

/// Fills memory_growth_bytes, memory_peak_bytes and cpu_cores_mean from the samples in that time: when the
/// load is over, users take their memory with them. Returns why there is no memory growth, empty if there is.
std::string summarise_samples(ProcessResult& process, const verdict::MeasuredTime& measured);

/// "target.memory" (RSS) and "target.cpu", each the mean from `from` to `to`, in seconds of the run. None if
/// nothing was sampled.
std::vector<compare::Figure> measure_target(const ProcessResult& target, double from, double to);

}  // namespace soundcheck::report
