// The run as control sees it: a second passes, the shards are collected, the aggregator adds, the observer
// looks. Knows no clock and no signal: whoever drives it says when. Control thread only.
#pragma once

#include <functional>

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
  /// Collects what came since the last tick. False once no user is left.
  bool tick(core::TimePoint now);
  /// Drains; kills if the run drains already because it was interrupted or ended early. New work was started
  /// up to `now`, which lies between two ticks.
  void interrupt(core::TimePoint now);
  /// Drains before the planned end, because an objective asks for it.
  void end_early();

  bool interrupted() const { return interrupted_; }
  bool ended_early() const { return stopping_ && !interrupted_; }
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
};

}  // namespace soundcheck::engine
