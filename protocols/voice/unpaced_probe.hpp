// One utterance sent as fast as flow control allows, after the turns of a call: how long the target takes for
// it, over how long it is. Pure; belongs to one call.
#pragma once

#include <optional>

#include "protocols/core/time.hpp"
#include "protocols/dialects/dialect.hpp"

namespace soundcheck::voice {

class UnpacedProbe {
 public:
  /// The utterance begins at this position of the caller's audio (milliseconds) and was sent from `start` on;
  /// `sent_ms` is how much was sent.
  UnpacedProbe(double first_ms, double sent_ms, core::TimePoint start)
      : first_ms_(first_ms), sent_ms_(sent_ms), start_(start) {}

  /// The final transcript ends it: it covers the audio up to its position, or all that was sent if it names
  /// none.
  void on_event(const dialects::Event& event, core::TimePoint now) {
    if (rtf_ || event.kind != dialects::Event::Kind::final) return;
    const double covered_ms = event.audio_ms ? *event.audio_ms - first_ms_ : sent_ms_;
    if (covered_ms >= shortest_ms) rtf_ = core::to_milliseconds(now - start_) / covered_ms;
  }
  std::optional<double> rtf() const { return rtf_; }

 private:
  static constexpr double shortest_ms = 1;  ///< less says nothing, and a ratio could have no bounds

  double first_ms_;
  double sent_ms_;
  core::TimePoint start_;
  std::optional<double> rtf_;
};

}  // namespace soundcheck::voice
