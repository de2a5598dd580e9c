// A processor of a stated real-time factor, on paper: audio of length d takes rtf * d, and one frame begins
// when the one before has ended. It tells when each position of a call's audio would have been processed.
// Pure; belongs to one call.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "protocols/core/time.hpp"

namespace soundcheck::reference_agent {

class RtfClock {
 public:
  explicit RtfClock(double rtf) : rtf_(rtf) {}

  /// Audio of this length (milliseconds) arrived; returns when its processing ends.
  core::TimePoint arrive(core::TimePoint now, double audio_ms) {
    const auto begin = frames_.empty() ? std::max(now, idle_since_) : frames_.back().finished;
    position_ms_ += audio_ms;
    frames_.push_back({position_ms_, std::max(begin, now) + core::from_seconds(rtf_ * audio_ms / 1000)});
    return frames_.back().finished;
  }

  /// When everything up to this position has been processed; for what backlog_ms() has found done, some time
  /// that is past.
  core::TimePoint finished(double audio_ms) const {
    const auto frame = std::lower_bound(frames_.begin(), frames_.end(), audio_ms,
                                        [](const Frame& f, double position) { return f.end_ms < position; });
    return frame == frames_.end() ? idle_since_ : frame->finished;
  }

  /// Audio that has arrived and would not have been processed by now, milliseconds.
  double backlog_ms(core::TimePoint now) {
    while (!frames_.empty() && frames_.front().finished <= now) pop();
    return position_ms_ - popped_ms_;
  }

  double rtf() const { return rtf_; }

 private:
  struct Frame {
    double end_ms;
    core::TimePoint finished;
  };
  void pop() {
    idle_since_ = frames_.front().finished;
    popped_ms_ = frames_.front().end_ms;
    frames_.pop_front();
  }

  double rtf_;
  double position_ms_ = 0;
  double popped_ms_ = 0;
  core::TimePoint idle_since_{};
  std::deque<Frame> frames_;
};

}  // namespace soundcheck::reference_agent
