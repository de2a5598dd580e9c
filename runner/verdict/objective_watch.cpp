#include "runner/verdict/objective_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/verdict/levels.hpp"
#include "runner/verdict/time_text.hpp"

namespace soundcheck::verdict {

namespace {

/// A tick may come this much after the second that it ends.
constexpr double moment_late = 0.5;

/// A part of the run, and how long it was.
struct Part {
  Sum sum;
  double seconds = 0;
};

}  // namespace

/// One objective with all that is kept for it.
class ObjectiveWatch::Watched {
 public:
  Watched(const profile::Objective& watched_objective, std::size_t index, Measure what, RunTimes times)
      : objective(watched_objective), index_(index), measure_(std::move(what)), times_(times) {
    if (objective.over) window_.emplace(core::to_seconds(*objective.over));
  }

  const profile::Objective& objective;
  std::size_t index() const { return index_; }

  /// `seconds` is 0 in the drain.
  void add(std::span<const metrics::TaskRecord> records, double at, double seconds) {
    Sum second;
    measure_.add(records, second);
    if (window_) {
      add_to_window(second, at, seconds);
    } else if (objective.stability) {
      add_to_third(second, at, seconds);
    } else {
      add_to_part(so_far_, second, seconds);
    }
  }

  /// Of the run so far, or of the window that ends now.
  std::optional<double> value_now() const {
    if (!window_) return measure_.value(so_far_.sum, so_far_.seconds);
    return window_->full() ? measure_.value(window_->sum(), window_->seconds()) : std::nullopt;
  }

  OverTime result(double load_seconds) const {
    if (window_) return worst_window();
    return objective.stability ? stability(load_seconds) : OverTime{};
  }

 private:
  static void add_to_part(Part& part, const Sum& second, double seconds) {
    part.sum.add(second);
    part.seconds += seconds;
  }

  void add_to_window(const Sum& second, double at, double seconds) {
    if (seconds > 0) {
      window_->add(second, seconds);
    } else {
      window_->add_to_last(second);
    }
    if (!window_->full()) return;
    const Sum sum = window_->sum();
    const auto value = measure_.value(sum, window_->seconds());
    if (!value) return;
    ++windows_;
    const bool upper = objective.levels.front().bound.upper();
    if (worst_.figure.value && (upper ? *value <= *worst_.figure.value : *value >= *worst_.figure.value))
      return;
    worst_.figure.value = value;
    worst_.samples = measure_.samples(sum);
    worst_at_ = at;
  }

  double third() const { return (times_.duration - times_.warm_up) / 3; }

  void add_to_third(const Sum& second, double at, double seconds) {
    const double middle = at - seconds / 2 - times_.warm_up;
    if (middle <= third()) add_to_part(first_, second, seconds);
    if (middle > 2 * third()) add_to_part(last_, second, seconds);
  }

  OverTime worst_window() const {
    OverTime result = worst_;
    const double length = core::to_seconds(*objective.over);
    if (result.figure.value) {
      result.remark = fmt::format("the worst of {} windows of {:g} s, which ended {:.0f} s after the start",
                                  windows_, length, worst_at_);
    } else if (!window_->full()) {
      result.figure.no_data = fmt::format(
          "{:.0f} s were measured, a window has {:g} s: make the run longer, or the window shorter",
          window_->seconds(), length);
    } else {
      result.figure.no_data = fmt::format("no window of {:g} s holds a value", length);
    }
    return result;
  }

  std::string text(double value) const {
    if (measure_.unit() == "s") return time_text(value);
    return fmt::format("{:.4g}{}", value, measure_.unit() == "1/s" ? "/s" : "");
  }

  OverTime stability(double load_seconds) const {
    OverTime result;
    std::string& problem = result.figure.no_data;
    const std::uint64_t needed = measure_.meaningful_samples();
    const std::uint64_t first_n = measure_.samples(first_.sum);
    const std::uint64_t last_n = measure_.samples(last_.sum);
    if (third() < min_third_seconds) {
      problem = fmt::format(
          "{:.0f} s after the warm-up are too short to compare thirds: make the run at least "
          "{:.0f} s longer",
          3 * third(), 3 * (min_third_seconds - third()));
    } else if (load_seconds < times_.duration - moment_late) {
      problem = "the run ended before its last third was over: let it run to its end";
    } else if (std::min(first_n, last_n) < needed) {
      problem = fmt::format(
          "{} values in the first third and {} in the last, {} are needed in each: make the "
          "run longer, or the load higher",
          first_n, last_n, needed);
    } else {
      const double before = *measure_.value(first_.sum, first_.seconds);
      const double after = *measure_.value(last_.sum, last_.seconds);
      if (before > 0) {
        result.figure.value = after / before;
        result.samples = first_n + last_n;
        result.remark = fmt::format("{} in the last third of the measured time, {} in the first", text(after),
                                    text(before));
      } else {
        problem = "the value in the first third is 0, so there is nothing to compare with";
      }
    }
    return result;
  }

  std::size_t index_;
  Measure measure_;
  RunTimes times_;
  Part so_far_;                   // with neither window nor thirds
  std::optional<Window> window_;  // with `over`
  OverTime worst_;
  double worst_at_ = 0;
  std::uint64_t windows_ = 0;
  Part first_, last_;  // with `stability`
};

ObjectiveWatch::ObjectiveWatch(std::span<const profile::Objective> objectives, TaskNames tasks,
                               RunTimes times)
    : times_(times), objective_count_(objectives.size()) {
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const profile::Objective& objective = objectives[i];
    if (!objective.over && !objective.stability && !objective.abort_on_fail) continue;
    auto measure = Measure::of(objective, tasks);
    if (measure && !measure->tasks().empty())
      watched_.push_back(std::make_unique<Watched>(objective, i, std::move(*measure), times));
  }
}

ObjectiveWatch::~ObjectiveWatch() = default;

void ObjectiveWatch::add_second(double at, const metrics::Snapshot& second, double load_seconds) {
  const double seconds = at - last_at_;
  last_at_ = at;
  load_seconds_ = load_seconds;
  if (times_.warm_up > 0 && at <= times_.warm_up + moment_late) return;
  const bool draining = at > load_seconds + moment_late;
  for (const auto& watched : watched_) {
    watched->add(second.tasks, at, draining ? 0 : seconds);
    const profile::Objective& objective = watched->objective;
    if (!objective.abort_on_fail || draining || abort_) continue;
    if (at - times_.warm_up < core::to_seconds(objective.grace)) continue;
    const auto value = watched->value_now();
    if (value && !level_reached(objective, *value)) abort_ = Abort{objective.name, at, *value};
  }
}

std::vector<OverTime> ObjectiveWatch::results() const {
  std::vector<OverTime> results(objective_count_);
  for (const auto& watched : watched_) results[watched->index()] = watched->result(load_seconds_);
  return results;
}

}  // namespace soundcheck::verdict
