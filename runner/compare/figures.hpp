// The figures of a run that people compare, each under a name of its own: "api.response_time.p95",
// "api.login.response_time.p95", "ai_pipeline.rtf.p95", "target.memory". Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/compare/comparison.hpp"
#include "runner/compare/measurement.hpp"
#include "runner/metrics/figure_rows.hpp"

namespace soundcheck::compare {

struct Figure {
  std::string name;
  Measurement measurement;  ///< in seconds, ratios, 1/s, bytes or cores
  bool operator==(const Figure&) const = default;
};

/// For each subsystem and each task that did something: p50, p95, p99 and mean of the main metric, error
/// rate, and rate of what ended; p95 of the real-time factor. `tasks` are indexed by core::TaskId; the rate
/// counts only the first `load_seconds`, because nothing begins after them. Percentiles with
/// fewer than ten values beyond them, and means of fewer than twenty, are left out: their error is not known.
std::vector<Figure> measure_figures(const std::vector<std::pair<core::Subsystem, std::string>>& tasks,
                                    const metrics::FigureRows& rows, double load_seconds);

/// "s", "ratio", "1/s", "bytes" or "cores", by the name of the figure.
std::string_view unit_of(std::string_view figure);

/// Whether the figure is of a subsystem or of the target, not of a single task.
bool is_total(std::string_view figure);

/// What counts as a change of the figure if `figures` of them are compared at once: the more, the more
/// certain each must be, so that a comparison of a hundred tasks gives no more false alarms than one of two.
CompareCriteria criteria_for(std::string_view figure, std::size_t figures);

}  // namespace soundcheck::compare
