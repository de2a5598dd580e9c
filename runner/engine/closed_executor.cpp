#include "runner/engine/closed_executor.hpp"

namespace soundcheck::engine {

core::Task<void> run_user(std::unique_ptr<core::Session> session, core::Timeline& timeline,
                          core::TimePoint t0, std::vector<shape::Span> wanted,
                          std::optional<core::Duration> pacing) {
  for (const shape::Span& span : wanted) {
    core::TimePoint intended = t0 + span.begin;
    const core::TimePoint end = t0 + span.end;
    while (intended < end && timeline.now() < end) {
      const core::Wake wake = co_await timeline.pause_until(intended);
      if (wake != core::Wake::elapsed) break;
      co_await session->run_one(intended, end);
      if (session->ended()) break;
      intended = pacing ? intended + *pacing : timeline.now() + session->think_time();
    }
    session->close();
    if (timeline.draining() || session->ended()) break;
  }
}

}  // namespace soundcheck::engine
