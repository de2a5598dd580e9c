// From the samples of a monitor's series to the figures that objectives and reports show. Pure; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runner/metrics/monitor_record.hpp"
#include "runner/verdict/objective_result.hpp"

namespace soundcheck::verdict {

/// What counts, in seconds from the start of the run: the load without the warm-up. In the drain users leave,
/// and what they held comes back.
struct MeasuredTime {
  double from = 0;
  double to = std::numeric_limits<double>::infinity();
};

/// Of the samples in that time; all absent if there are none.
struct SeriesFigures {
  std::uint64_t samples = 0;
  std::optional<double> first, last, min, max, mean;
  std::optional<double> growth;  ///< absent with too few samples, too
};
SeriesFigures figures_of(const metrics::Series& series, const MeasuredTime& time);

/// A series of a monitor, or why there is none and what to do.
struct FoundSeries {
  const metrics::MonitorRecord* monitor = nullptr;
  const metrics::SeriesRecord* series = nullptr;
  std::string problem;
};
/// `what` is NAME.SERIES.
FoundSeries find_series(std::span<const metrics::MonitorRecord> monitors, std::string_view what);
/// For a series without samples.
std::string why_no_sample(const metrics::MonitorRecord& monitor, const metrics::SeriesRecord& series);

struct SeriesFigure {
  Figure figure;
  std::string unit;
  std::uint64_t samples = 0;
};
/// `what` is NAME.SERIES of a metric monitors.NAME.SERIES. Without a value the figure says why, and what to
/// do.
SeriesFigure monitor_figure(std::span<const metrics::MonitorRecord> monitors, std::string_view what,
                            std::string_view aggregation, const MeasuredTime& time);

}  // namespace soundcheck::verdict
