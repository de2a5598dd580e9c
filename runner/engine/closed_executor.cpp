#include "runner/engine/closed_executor.hpp"

namespace soundcheck::engine {

core::Task<void> run_user(std::unique_ptr<core::Session> session, core::Timeline& timeline,
                          core::TimePoint first, core::TimePoint end) {
  core::TimePoint intended = first;
  while (intended < end) {
    const core::Wake wake = co_await timeline.pause_until(intended);
    if (wake != core::Wake::elapsed) break;
    co_await session->run_one(intended, end);
    intended = timeline.now() + session->think_time();
  }
  session->close();
}

}  // namespace soundcheck::engine
