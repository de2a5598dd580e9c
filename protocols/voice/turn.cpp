#include "protocols/voice/turn.hpp"

#include <cmath>

#include "protocols/audio/word_error.hpp"

namespace soundcheck::voice {

using core::Failure;
using core::Stage;
using Kind = dialects::Event::Kind;

namespace {

constexpr double fewest_points = 5;
constexpr double shortest_span_ms = 500;
constexpr double shortest_busy_audio_ms = 1;

std::uint64_t frame_of_sample(const audio::EncodedClip& utterance, std::uint64_t sample) {
  const std::uint64_t samples_per_frame =
      std::uint64_t{utterance.clip->sample_rate} * utterance.frame_ms / 1000;
  return sample / samples_per_frame;
}

}  // namespace

TimePoint AudioClock::due_of_position(double audio_ms) const {
  const double frame_ms = core::to_milliseconds(frame);
  const double frames = std::ceil(audio_ms / frame_ms - 1e-9);
  return due(frames <= 1 ? 0 : static_cast<std::uint64_t>(frames) - 1);
}

Turn::Turn(const audio::EncodedClip& utterance, const AudioClock& clock, std::uint64_t first_frame,
           Duration answer_timeout)
    : utterance_(utterance),
      clock_(clock),
      first_frame_(first_frame),
      speech_begin_(clock.due(first_frame + frame_of_sample(utterance, utterance.clip->first_speech_sample))),
      speech_end_(clock.due(first_frame + frame_of_sample(utterance, utterance.clip->last_speech_sample))),
      answer_due_(speech_end_ + answer_timeout) {}

std::int64_t Turn::utterance_frame(std::uint64_t index) const {
  if (index < first_frame_ || index - first_frame_ >= utterance_.frames.size()) return -1;
  return static_cast<std::int64_t>(index - first_frame_);
}

std::optional<Duration> Turn::lag(const dialects::Event& event, TimePoint now) const {
  const bool acknowledges =
      event.kind == Kind::acknowledged || event.kind == Kind::partial || event.kind == Kind::final;
  if (!acknowledges || !event.audio_ms) return std::nullopt;
  return now - clock_.due_of_position(*event.audio_ms);
}

void Turn::on_event(const dialects::Event& event, TimePoint now) {
  if (const auto behind = lag(event, now); behind && event.kind == Kind::acknowledged) {
    if (line_.n == 0) line_.x0 = *event.audio_ms;
    const double x = *event.audio_ms - line_.x0;
    const double y = core::to_milliseconds(*behind);
    line_.n += 1;
    line_.x += x;
    line_.y += y;
    line_.xx += x * x;
    line_.xy += x * y;
    line_.last_x = x;
  }
  if (event.kind == Kind::partial && !first_partial_time_ && !event.text.empty()) {
    first_partial_time_ = now - speech_begin_;
  } else if (event.kind == Kind::final) {
    final_time_ = now - speech_end_;
    if (!transcript_.empty() && !event.text.empty()) transcript_ += ' ';
    transcript_ += event.text;
    if (event.busy_ms && event.turn_audio_ms && *event.turn_audio_ms >= shortest_busy_audio_ms) {
      busy_ms_ += *event.busy_ms;
      busy_audio_ms_ += *event.turn_audio_ms;
    }
  } else if (event.kind == Kind::agent_started) {
    answer_started_ = true;
    answer_ended_ = false;
  } else if (event.kind == Kind::agent_ended || event.kind == Kind::interrupted) {
    answer_ended_ = answer_started_;
  }
}

void Turn::on_audible(TimePoint heard_at) {
  if (!voice_to_voice_) voice_to_voice_ = heard_at - speech_end_;
}

bool Turn::complete(TimePoint now, const audio::Playout& playout) const {
  if (!answer_ended_ || !final_time_) return false;
  // An answer to half of the utterance does not end the turn: the caller speaks on.
  if (now < clock_.due(first_frame_ + utterance_.frames.size())) return false;
  return playout.queued(now) == Duration::zero();
}

std::optional<Failure> Turn::overdue(TimePoint now) const {
  if (now < answer_due_) return std::nullopt;
  if (!final_time_) return Failure{Stage::deadline, 0, "turn: no final transcript in time"};
  if (!answer_started_) return Failure{Stage::deadline, 0, "turn: no answer in time"};
  if (!answer_ended_) return Failure{Stage::deadline, 0, "turn: the answer did not end in time"};
  return std::nullopt;
}

std::optional<Failure> Turn::verdict() const {
  if (!voice_to_voice_) return Failure{Stage::check, 0, "turn: the answer holds no audible audio"};
  return std::nullopt;
}

double Turn::word_error_rate() const { return audio::word_error_rate(utterance_.clip->text, transcript_); }

std::optional<double> Turn::rtf_busy() const {
  if (busy_audio_ms_ <= 0) return std::nullopt;
  return busy_ms_ / busy_audio_ms_;
}

std::optional<double> Turn::rtf_live() const {
  if (line_.n < fewest_points || line_.last_x < shortest_span_ms) return std::nullopt;
  const double slope = (line_.n * line_.xy - line_.x * line_.y) / (line_.n * line_.xx - line_.x * line_.x);
  return 1 + slope;
}

}  // namespace soundcheck::voice
