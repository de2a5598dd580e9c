#include "runner/report/degradation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "runner/metrics/main_metric.hpp"
#include "runner/report/lookup.hpp"
#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

using metrics::Histogram;

constexpr double usual_bin = 10;  // seconds
constexpr std::size_t fewest_bins = 24, most_bins = 240;

/// Some rows as one, so that percentiles and rates stand on enough values.
struct Bin {
  double at = 0;  ///< its middle
  double seconds = 0, ended = 0, failed = 0;
  Histogram main, rtf, lag;
};

std::vector<Bin> bins_of(core::Subsystem subsystem, const metrics::FigureRows& rows, double load_seconds) {
  std::size_t loaded = 0;
  double seconds = 0;
  for (const metrics::FigureRow& row : rows.rows()) {
    if (row.at > load_seconds + 0.5) break;  // a second ends a little late
    ++loaded;
    seconds += row.seconds;
  }
  const auto wanted = std::clamp(static_cast<std::size_t>(seconds / usual_bin), fewest_bins, most_bins);
  const std::size_t in_one = std::max<std::size_t>(1, loaded / wanted);
  std::vector<Bin> bins;
  for (std::size_t first = 0; first + in_one <= loaded; first += in_one) {
    Bin bin;
    for (const metrics::FigureRow& row : std::span(rows.rows()).subspan(first, in_one)) {
      bin.seconds += row.seconds;
      bin.at = row.at;
      for (std::size_t task = 0; task < row.tasks.size(); ++task) {
        if (rows.subsystems()[task] != subsystem) continue;
        bin.main.merge(row.tasks[task].main);
        bin.rtf.merge(row.tasks[task].rtf);
        bin.lag.merge(row.tasks[task].lag);
        bin.failed += static_cast<double>(row.tasks[task].failed);
        bin.ended += static_cast<double>(row.tasks[task].succeeded + row.tasks[task].failed);
      }
    }
    bin.at -= bin.seconds / 2;
    bins.push_back(std::move(bin));
  }
  return bins;
}

struct Kind {
  std::string series, unit;
  trend::Better better = trend::Better::lower;
  double share = 0.1;  ///< of the level, from which on a change matters
  double least = 0;    ///< in the unit; a smaller change never matters
};

/// `value_of` gives a bin's value, or nothing.
template <class F>
void judge(SubsystemResult& subsystem, const std::vector<Bin>& bins, Kind kind, F&& value_of) {
  trend::Series series;
  double sum = 0;
  for (const Bin& bin : bins) {
    const std::optional<double> value = value_of(bin);
    if (!value) continue;
    series.push_back({bin.at, *value});
    sum += *value;
  }
  if (series.empty()) return;
  const double level = sum / static_cast<double>(series.size());
  const trend::DegradationCriteria criteria{.better = kind.better,
                                            .matters = std::max(kind.least, kind.share * level)};
  subsystem.degradation.push_back(
      {std::move(kind.series), std::move(kind.unit), trend::judge_degradation(series, criteria)});
}

std::optional<double> p95_of(const Histogram& histogram) {
  const auto value = histogram.quantile(0.95);
  if (!value) return std::nullopt;
  return static_cast<double>(*value) / 1e6;
}

std::string value_text(const DegradationResult& result, double value) {
  return human_value(value, result.unit, result.series);
}

std::string signed_text(const DegradationResult& result, double value) {
  return (value < 0 ? "-" : "+") + value_text(result, std::abs(value));
}

std::string subject(const SubsystemResult& subsystem, const DegradationResult& result) {
  if (result.series == "p95")
    return "p95 of " + with_spaces(core::info(metrics::main_metric(subsystem.subsystem)).name);
  if (result.series == "rtf") return "p95 of the real-time factor";
  if (result.series == "lag") return "p95 of the lag";
  return "the " + with_spaces(result.series);
}

std::string describe(const SubsystemResult& subsystem, const DegradationResult& result) {
  const trend::DegradationReport& report = result.report;
  std::string text = fmt::format(
      "{} went from {} to {} (by {} to {}, 99 % sure)", subject(subsystem, result),
      value_text(result, report.level_at_start), value_text(result, report.level_at_end),
      signed_text(result, report.change_range.low), signed_text(result, report.change_range.high));
  for (const trend::Step& jump : report.jumps)
    text += fmt::format(", with a jump of {} at {}", signed_text(result, jump.size), human_time(jump.at));
  return text;
}

double mean_in_progress(std::span<const SecondRow> rows) {
  double sum = 0;
  for (const SecondRow& row : rows) sum += static_cast<double>(row.in_progress);
  return sum / static_cast<double>(rows.size());
}

/// More in progress makes any target slower; the reader must know.
std::string load_change(const SubsystemResult& subsystem) {
  if (subsystem.degradation.empty()) return {};
  const trend::DegradationReport& seen = subsystem.degradation.front().report;
  std::vector<SecondRow> rows;
  for (const SecondRow& row : subsystem.seconds) {
    if (row.at >= seen.from && row.at <= seen.to) rows.push_back(row);
  }
  const std::size_t tenth = rows.size() / 10;
  if (tenth == 0) return {};
  const double first = mean_in_progress(std::span(rows).first(tenth));
  const double last = mean_in_progress(std::span(rows).last(tenth));
  if (std::abs(last - first) <= 0.2 * std::max(first, last)) return {};
  return fmt::format("; in progress were {} at the beginning and {} at the end", human_number(first),
                     human_number(last));
}

}  // namespace

void judge_degradation(SubsystemResult& subsystem, const metrics::FigureRows& rows, double load_seconds) {
  subsystem.degradation.clear();
  if (subsystem.skipped || load_seconds < min_degradation_seconds) return;
  const std::vector<Bin> bins = bins_of(subsystem.subsystem, rows, load_seconds);
  judge(subsystem, bins, {"p95", "s", trend::Better::lower, 0.1, 200e-6},
        [](const Bin& bin) { return p95_of(bin.main); });
  judge(subsystem, bins, {"error_rate", "ratio", trend::Better::lower, 0.1, 0.01},
        [](const Bin& bin) -> std::optional<double> {
          if (bin.ended == 0) return std::nullopt;
          return bin.failed / bin.ended;
        });
  judge(subsystem, bins, {"rate", "1/s", trend::Better::higher, 0.1, 0.01},
        [](const Bin& bin) -> std::optional<double> { return bin.ended / bin.seconds; });
  judge(subsystem, bins, {"rtf", "ratio", trend::Better::lower, 0.1, 0.02},
        [](const Bin& bin) { return p95_of(bin.rtf); });
  // Half an audio frame is nothing that a caller hears.
  judge(subsystem, bins, {"lag", "s", trend::Better::lower, 0.1, 10e-3},
        [](const Bin& bin) { return p95_of(bin.lag); });
}

std::string degradation_sentence(const SubsystemResult& subsystem) {
  std::string text;
  for (const DegradationResult& result : subsystem.degradation) {
    if (result.report.verdict != trend::Degradation::worse) continue;
    text += (text.empty() ? "" : "; ") + describe(subsystem, result);
  }
  return text.empty() ? text : "worse over the run: " + text + load_change(subsystem);
}

}  // namespace soundcheck::report
