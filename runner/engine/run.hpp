// The run as control sees it: a second passes, the shards are collected, the aggregator adds, the observer
// looks. Knows no clock and no signal: whoever drives it says when. Control thread only.
#pragma once

#include <functional>
#include <optional>

#include "runner/engine/fleet.hpp"
#include "runner/metrics/aggregator.hpp"
#include "runner/plan/plan.hpp"

namespace soundcheck::engine {

/// A tick ends a second, so one that ends within the warm-up, or a moment late, belongs to it. In seconds.
bool in_warm_up(double at, double warm_up);

class Run {
 public:
  /// All references outlive it. `observer` gets each second's figures after they were added.
  Run(const plan::Plan& plan, Fleet& fleet, metrics::Aggregator& aggregator,
      std::function<void(double at_seconds, const metrics::Snapshot&)> observer);

  void start(core::TimePoint t0);
  /// Collects what came since the last tick. False once no user is left, and the plan's cool-down is over:
  /// that is for those who watch the target, and only a run that came to its planned end has one.
  bool tick(core::TimePoint now);
  /// Drains; kills if the run drains already because it was interrupted or ended early. New work was started
  /// up to `now`, which lies between two ticks. In the cool-down there is nothing left to interrupt: it ends.
  void interrupt(core::TimePoint now);
  /// Drains before the planned end, because an objective asks for it.
  void end_early();

  bool interrupted() const { return interrupted_; }
  bool ended_early() const { return stopping_ && !interrupted_; }
  /// No user is left, and the target is only watched.
  bool cooling_down() const { return idle_from_.has_value(); }
  /// With the cool-down.
  double elapsed_seconds() const { return elapsed_; }
  /// How long new work was started: the planned duration, or until something ended it before.
  double load_seconds() const { return load_; }

 private:
  const plan::Plan& plan_;
  Fleet& fleet_;
  metrics::Aggregator& aggregator_;
  std::function<void(double, const metrics::Snapshot&)> observer_;
  core::TimePoint t0_;
  double elapsed_ = 0;
  double load_ = 0;
  bool stopping_ = false;  // before the planned end
  bool interrupted_ = false;
  std::optional<double> idle_from_;  // since no user is left; only in a cool-down
  bool cut_short_ = false;           // the cool-down was
};

}  // namespace soundcheck::engine
