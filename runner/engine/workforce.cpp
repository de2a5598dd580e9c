#include "runner/engine/workforce.hpp"

#include <utility>

#include "protocols/http/http_session.hpp"
#include "runner/engine/closed_executor.hpp"

namespace soundcheck::engine {

using core::Subsystem;

Workforce::Workforce(const plan::Plan& plan, shape::Share share, core::Timeline& timeline,
                     net::Network& network, core::Probe& probe, std::function<void()> kill)
    : plan_(plan),
      share_(share),
      timeline_(timeline),
      network_(network),
      probe_(probe),
      kill_(std::move(kill)),
      end_timer_(*this) {}

Workforce::~Workforce() { timeline_.timers().remove(end_timer_); }

void Workforce::start(core::TimePoint t0) {
  timeline_.timers().add(end_timer_, t0 + plan_.duration);
  if (plan_.api) spawn(Subsystem::api, plan_.api->load, t0);
  if (plan_.websocket) spawn(Subsystem::websocket, plan_.websocket->load, t0);
  if (plan_.ai_pipeline) spawn(Subsystem::ai_pipeline, plan_.ai_pipeline->load, t0);
}

void Workforce::spawn(Subsystem subsystem, const plan::ClosedLoad& load, core::TimePoint t0) {
  const std::uint64_t mine = share_.size_of(load.users);
  for (std::uint64_t local = 0; local < mine; ++local) {
    const std::uint64_t user = share_.global(local);
    group_.spawn(run_user(make_session(subsystem, user), timeline_,
                          t0 + shape::spawn_offset(user, load.per_second), t0 + plan_.duration));
  }
}

std::unique_ptr<core::Session> Workforce::make_session(Subsystem subsystem, std::uint64_t user) {
  // Each subsystem draws from a sequence of its own: skipping one leaves the others' choices as they were.
  const std::uint64_t seed = plan_.seed + (static_cast<std::uint64_t>(subsystem) << 56);
  const net::UserContext context{plan_.endpoint, network_, timeline_, probe_, seed, user};
  switch (subsystem) {
    case Subsystem::api:
      return std::make_unique<http::HttpSession>(plan_.api->workload, context);
    case Subsystem::websocket:
      return std::make_unique<websocket::WebSocketSession>(plan_.websocket->workload, context);
    case Subsystem::ai_pipeline:
      return std::make_unique<voice::CallSession>(plan_.ai_pipeline->workload, context);
  }
  return nullptr;
}

void Workforce::drain() {
  if (timeline_.draining()) return;
  timeline_.timers().add(end_timer_, timeline_.now() + plan_.drain);
  timeline_.drain();
}

void Workforce::on_end(core::Timer& timer, core::Wake why) {
  Workforce& self = static_cast<EndTimer&>(timer).workforce;
  if (why != core::Wake::elapsed) return;
  if (!self.timeline_.draining()) {
    self.drain();
    return;
  }
  // Nothing is written once all users have ended: control may be reading.
  if (self.live() == 0) return;
  self.cut_off_ = self.live();
  self.kill_();
}

}  // namespace soundcheck::engine
