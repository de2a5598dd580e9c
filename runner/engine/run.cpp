#include "runner/engine/run.hpp"

#include <algorithm>

namespace soundcheck::engine {

bool in_warm_up(double at, double warm_up) { return warm_up > 0 && at <= warm_up + 0.5; }

Run::Run(const plan::Plan& plan, Fleet& fleet, metrics::Aggregator& aggregator,
         std::function<void(double, const metrics::Snapshot&)> observer)
    : plan_(plan), fleet_(fleet), aggregator_(aggregator), observer_(std::move(observer)) {}

void Run::start(core::TimePoint t0) {
  t0_ = t0;
  fleet_.start(t0);
}

bool Run::tick(core::TimePoint now) {
  // Asked before collecting: what the last user recorded is in this snapshot or an earlier one.
  const bool finished = fleet_.finished();
  const metrics::Snapshot snapshot = fleet_.collect();
  elapsed_ = core::to_seconds(now - t0_);
  if (!stopping_) load_ = std::min(elapsed_, core::to_seconds(plan_.duration));
  aggregator_.add_second(elapsed_, snapshot, in_warm_up(elapsed_, core::to_seconds(plan_.warm_up)));
  if (finished && !stopping_ && !idle_from_ && plan_.cool_down > core::Duration::zero())
    idle_from_ = elapsed_;
  observer_(elapsed_, snapshot);
  if (!finished) return true;
  return idle_from_ && !cut_short_ && elapsed_ < *idle_from_ + core::to_seconds(plan_.cool_down);
}

void Run::interrupt(core::TimePoint now) {
  if (cooling_down()) {
    cut_short_ = true;
  } else if (stopping_) {
    fleet_.kill();
  } else {
    stopping_ = interrupted_ = true;
    load_ = std::min(core::to_seconds(now - t0_), core::to_seconds(plan_.duration));
    fleet_.drain();
  }
}

void Run::end_early() {
  if (stopping_ || cooling_down()) return;
  stopping_ = true;
  fleet_.drain();
}

}  // namespace soundcheck::engine
