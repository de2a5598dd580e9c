// One turn of a call: what the caller says, what the agent hears and answers, and when. Fed with events and
// the time at which they came, it tells when the turn is over and what it measured. Pure; belongs to one
// call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocols/audio/codec.hpp"
#include "protocols/audio/playout.hpp"
#include "protocols/core/failure.hpp"
#include "protocols/core/time.hpp"
#include "protocols/dialects/dialect.hpp"

namespace soundcheck::voice {

using core::Duration;
using core::TimePoint;

/// When each position of the caller's audio was due on the wire: frame i of the call at t0 + i * frame.
struct AudioClock {
  TimePoint t0;
  Duration frame{};

  TimePoint due(std::uint64_t frame_index) const {
    return t0 + static_cast<std::int64_t>(frame_index) * frame;
  }
  /// When the last audio before this position (milliseconds since t0's frame) was due.
  TimePoint due_of_position(double audio_ms) const;
};

class Turn {
 public:
  /// The utterance's first frame is number `first_frame` of the call.
  Turn(const audio::EncodedClip& utterance, const AudioClock& clock, std::uint64_t first_frame,
       Duration answer_timeout);

  /// The caller hears the first audible sample of the answer at this time.
  void on_audible(TimePoint heard_at);
  void on_event(const dialects::Event& event, TimePoint now);

  /// Frames of the utterance that are still to be sent at call frame `index`; -1 before it or after its end.
  std::int64_t utterance_frame(std::uint64_t index) const;

  /// The agent has answered and the caller has heard all of it.
  bool complete(TimePoint now, const audio::Playout& playout) const;
  /// The answer is overdue.
  std::optional<core::Failure> overdue(TimePoint now) const;
  /// Judges a complete turn: an answer that nobody can hear is a failure. A wrong or empty transcript is not:
  /// it is what the word error rate measures.
  std::optional<core::Failure> verdict() const;

  // What it measured. Negative values are possible: an agent may answer before the caller has finished.
  std::optional<Duration> first_partial_time() const { return first_partial_time_; }
  std::optional<Duration> final_time() const { return final_time_; }
  std::optional<Duration> voice_to_voice() const { return voice_to_voice_; }
  const std::string& transcript() const { return transcript_; }
  double word_error_rate() const;

  /// Compute time / audio, if the target reports it.
  std::optional<double> rtf_busy() const;
  /// 1 + slope of the lag over the audio, once at least half a second has been acknowledged in five steps or
  /// more.
  std::optional<double> rtf_live() const;

  /// The lag that an event reveals, if it names a position.
  std::optional<Duration> lag(const dialects::Event& event, TimePoint now) const;

  TimePoint speech_end_due() const { return speech_end_; }

 private:
  const audio::EncodedClip& utterance_;
  const AudioClock& clock_;
  std::uint64_t first_frame_;
  TimePoint speech_begin_;
  TimePoint speech_end_;
  TimePoint answer_due_;
  std::optional<Duration> first_partial_time_;
  std::optional<Duration> final_time_;
  std::optional<Duration> voice_to_voice_;
  std::string transcript_;
  double busy_ms_ = 0;
  double busy_audio_ms_ = 0;
  bool answer_started_ = false;
  bool answer_ended_ = false;
  // Sums of a least-squares line through (audio position, lag), both in ms and relative to the first point.
  struct {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, x0 = 0, last_x = 0;
  } line_;
};

}  // namespace soundcheck::voice
