#include "protocols/net/io.hpp"

#include <cstring>

#include <fmt/format.h>

#include "protocols/net/tls_failure.hpp"

namespace soundcheck::net {

namespace {
constexpr core::Duration tolerated_delay = std::chrono::milliseconds(5);
}

Deadline::Deadline(core::Timeline& timeline, Channel& channel)
    : Timer(&Deadline::fire), timeline_(timeline), channel_(channel) {}

Deadline::~Deadline() { timeline_.timers().remove(*this); }

void Deadline::set(core::TimePoint due) {
  due_ = due;
  given_time_ = false;
  if (timeline_.killed()) {
    channel_.abort(IoStatus::cancelled);
    return;
  }
  // A queued timer that comes earlier will look at due_ when it fires.
  if (!queued() || Timer::due() > due) timeline_.timers().add(*this, due);
}

void Deadline::clear() { due_.reset(); }

void Deadline::fire(core::Timer& timer, core::Wake why) {
  auto& self = static_cast<Deadline&>(timer);
  if (why == core::Wake::cancelled) {
    self.channel_.abort(IoStatus::cancelled);
    return;
  }
  if (!self.due_) return;
  if (*self.due_ > self.timeline_.now()) {
    self.timeline_.timers().add(self, *self.due_);
    return;
  }
  // A loop that is late may not have read what has come in time: as long as it was late, once, the answer may
  // still be found. A target is not blamed for our delay.
  const core::Duration late = self.timeline_.now() - *self.due_;
  if (late > tolerated_delay && !self.given_time_) {
    self.given_time_ = true;
    self.timeline_.timers().add(self, self.timeline_.now() + late);
    return;
  }
  self.due_.reset();
  self.expired_ = true;
  self.channel_.abort(IoStatus::timed_out);
}

core::Task<IoResult> write_all(Channel& channel, std::span<const char> data) {
  IoResult result;
  while (!data.empty()) {
    result = co_await write_some(channel, data);
    if (result.status != IoStatus::ok) break;
    data = data.subspan(result.bytes);
  }
  co_return result;
}

core::Failure to_failure(const IoResult& result, core::Stage stage, std::string_view what) {
  switch (result.status) {
    case IoStatus::timed_out:
      return {core::Stage::deadline, 0, fmt::format("{}: no answer in time", what)};
    case IoStatus::end:
      return {stage, 0, fmt::format("{}: the peer closed the connection", what)};
    case IoStatus::error:
      if (result.error < 0)
        return {core::Stage::tls, 0, fmt::format("{}: {}", what, error_text(result.error))};
      return {stage, result.error, fmt::format("{}: {}", what, error_text(result.error))};
    case IoStatus::cancelled:
      return {stage, 0, fmt::format("{}: the run was stopped", what)};
    case IoStatus::ok:
    case IoStatus::would_block:
      break;
  }
  return {stage, 0, std::string(what)};
}

std::string error_text(int error) {
  if (error < 0) return tls_reason(static_cast<unsigned long>(-static_cast<long>(error)));
  const char* text = ::strerrordesc_np(error);
  return text != nullptr ? text : fmt::format("error {}", error);
}

}  // namespace soundcheck::net
