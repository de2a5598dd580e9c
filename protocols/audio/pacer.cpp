#include "protocols/audio/pacer.hpp"

namespace soundcheck::audio {

Pacer::Pacer(core::TimePoint t0, core::Duration frame, CatchUp catch_up)
    : t0_(t0), frame_(frame), catch_up_(catch_up) {}

core::TimePoint Pacer::due(std::uint64_t index) const {
  return t0_ + frame_ * static_cast<core::Duration::rep>(index);
}

std::uint64_t Pacer::overdue(core::TimePoint now) const {
  return now < next_due() ? 0 : 1 + static_cast<std::uint64_t>((now - next_due()) / frame_);
}

Pacer::Step Pacer::take(core::TimePoint now) {
  Step step{.send = false, .index = next_, .skipped = 0, .error = {}};
  if (now < next_due()) return step;
  if (catch_up_ == CatchUp::skip) {
    step.skipped = static_cast<std::uint64_t>((now - next_due()) / frame_);
    next_ += step.skipped;
  }
  step.send = true;
  step.index = next_;
  step.error = now - next_due();
  ++next_;
  return step;
}

}  // namespace soundcheck::audio
