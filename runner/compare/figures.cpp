#include "runner/compare/figures.hpp"

#include <algorithm>
#include <optional>

#include "runner/metrics/main_metric.hpp"

namespace soundcheck::compare {

namespace {

using metrics::FigureRow;
using metrics::Histogram;
using metrics::TaskRow;

constexpr double unit = 1e-6;  // histograms count millionths
// With fewer values beyond a percentile, resamples hit the same few again and again and look certain.
constexpr double fewest_beyond = 10;
constexpr double fewest_values = 20;  // of a mean

/// Several tasks as one, row by row.
class Rows {
 public:
  Rows(const std::vector<FigureRow>& rows, const std::vector<std::size_t>& tasks) {
    for (const FigureRow& row : rows) {
      TaskRow sum;
      for (const std::size_t task : tasks) {
        sum.main = joined(sum.main, row.tasks[task].main);
        sum.rtf = joined(sum.rtf, row.tasks[task].rtf);
        sum.succeeded += row.tasks[task].succeeded;
        sum.failed += row.tasks[task].failed;
      }
      const auto ended = static_cast<double>(sum.succeeded + sum.failed);
      times_.push_back({sum.main.sum, static_cast<double>(sum.main.count)});
      failed_.push_back({static_cast<double>(sum.failed), ended});
      ended_.push_back({ended, row.seconds});
      at_.push_back(row.at);
      main_.push_back(std::move(sum.main));
      rtf_.push_back(std::move(sum.rtf));
    }
    if (!rows.empty()) row_seconds_ = std::max(1.0, rows.front().seconds);
  }

  Measurement quantile(double q) const { return quantile_of(main_, q); }
  Measurement rtf(double q) const { return quantile_of(rtf_, q); }
  Measurement mean() const {
    double values = 0;
    for (const Share& row : times_) values += row.whole;
    return values < fewest_values ? Measurement{} : scaled(measure_ratio(times_, false, row_seconds_));
  }
  Measurement error_rate() const { return measure_ratio(failed_, true, row_seconds_); }
  Measurement rate(double load_seconds) const {
    // Seconds end a little late; half of one is no row.
    const auto loaded = std::upper_bound(at_.begin(), at_.end(), load_seconds + 0.5) - at_.begin();
    return measure_ratio(std::span(ended_).first(static_cast<std::size_t>(loaded)), false, row_seconds_);
  }
  bool did_something() const {
    return std::any_of(ended_.begin(), ended_.end(), [](const Share& row) { return row.part > 0; });
  }

 private:
  /// Nothing but zeros if too few values lie beyond it.
  Measurement quantile_of(const std::vector<Histogram::Sparse>& rows, double q) const {
    double values = 0;
    for (const Histogram::Sparse& row : rows) values += static_cast<double>(row.count);
    if (values * std::min(q, 1 - q) < fewest_beyond * (1 - 1e-9)) return {};
    return scaled(measure_quantile(rows, q, row_seconds_));
  }
  static Measurement scaled(Measurement m) { return {m.value * unit, m.error * unit, m.freedom}; }

  std::vector<Histogram::Sparse> main_, rtf_;
  std::vector<Share> times_, failed_, ended_;
  std::vector<double> at_;
  double row_seconds_ = 1;
};

void add_figures(std::vector<Figure>& figures, const std::string& prefix, core::Subsystem subsystem,
                 const Rows& rows, double load_seconds) {
  if (!rows.did_something()) return;
  const auto add = [&](std::string_view name, const Measurement& measurement) {
    if (measurement.freedom > 0) figures.push_back({prefix + "." + std::string(name), measurement});
  };
  const std::string main(core::info(metrics::main_metric(subsystem)).name);
  add(main + ".p50", rows.quantile(0.50));
  add(main + ".p95", rows.quantile(0.95));
  add(main + ".p99", rows.quantile(0.99));
  add(main + ".mean", rows.mean());
  add("rtf.p95", rows.rtf(0.95));
  add("error_rate", rows.error_rate());
  add("rate", rows.rate(load_seconds));
}

}  // namespace

std::vector<Figure> measure_figures(const std::vector<std::pair<core::Subsystem, std::string>>& tasks,
                                    const metrics::FigureRows& rows, double load_seconds) {
  std::vector<Figure> figures;
  for (const core::Subsystem subsystem : core::all_subsystems) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (tasks[i].first == subsystem) members.push_back(i);
    }
    const std::string name(core::to_string(subsystem));
    add_figures(figures, name, subsystem, Rows{rows.rows(), members}, load_seconds);
    if (members.size() < 2) continue;  // a single task is the subsystem
    for (const std::size_t task : members) {
      add_figures(figures, name + "." + tasks[task].second, subsystem, Rows{rows.rows(), {task}},
                  load_seconds);
    }
  }
  return figures;
}

std::string_view unit_of(std::string_view figure) {
  if (figure.ends_with(".rate")) return "1/s";
  if (figure.ends_with(".error_rate") || figure.ends_with(".rtf.p95")) return "ratio";
  if (figure == "target.memory") return "bytes";
  if (figure == "target.cpu") return "cores";
  return "s";
}

bool is_total(std::string_view figure) {
  const std::size_t subsystem = figure.find('.');
  if (subsystem == std::string_view::npos) return false;
  const std::string_view rest = figure.substr(subsystem + 1);
  if (figure.starts_with("target.") || rest == "rate" || rest == "error_rate") return true;
  // "response_time.p95" and the like: a metric and its aggregation. A task stands before the two.
  const std::size_t last = rest.rfind('.');
  return last != std::string_view::npos && core::metric_from_string(rest.substr(0, last)).has_value();
}

CompareCriteria criteria_for(std::string_view figure, std::size_t figures) {
  constexpr double usual_figures = 12;  // what the usual confidence is made for
  CompareCriteria criteria;
  criteria.confidence =
      1 - (1 - criteria.confidence) *
              std::min(1.0, usual_figures / static_cast<double>(std::max<std::size_t>(1, figures)));
  if (figure.ends_with(".rate")) criteria.better = trend::Better::higher;
  // What nobody would act on, however certain it is.
  if (figure.ends_with(".error_rate")) criteria.least = 0.001;
  if (figure.ends_with(".rtf.p95") || figure == "target.cpu") criteria.least = 0.01;
  if (figure == "target.memory") criteria.least = 1e6;
  if (unit_of(figure) == "s") criteria.least = 20e-6;
  return criteria;
}

}  // namespace soundcheck::compare
