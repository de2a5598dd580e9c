// From encoded frames to what the agent understood: decode, find speech, recognise, decide on an answer and
// have it spoken. No sockets. Belongs to one call and is used by one worker thread at a time; it talks to the
// rest only through the events that it returns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocols/audio/codec.hpp"
#include "tools/reference_agent/dialogue.hpp"
#include "tools/reference_agent/endpointer.hpp"
#include "tools/reference_agent/recogniser_pool.hpp"
#include "tools/reference_agent/synthesiser.hpp"

namespace soundcheck::reference_agent {

/// Positions are milliseconds of the call's audio, from its beginning.
struct Acknowledged {
  std::uint64_t audio_ms = 0;
};
struct SpeechStarted {
  std::uint64_t turn = 0;
  std::uint64_t audio_ms = 0;  ///< where it was noticed
  std::uint64_t begin_ms = 0;  ///< where it begins, some moments before
};
/// The caller has been speaking for barge_in_ms: not a cough, an agent that talks should stop.
struct SpeechGoesOn {
  std::uint64_t audio_ms = 0;
};
struct PartialText {
  std::uint64_t turn = 0;
  std::uint64_t audio_ms = 0;
  std::string text;
};
struct TurnEnded {
  std::uint64_t turn = 0;
  std::uint64_t audio_ms = 0;
  std::uint64_t speech_end_ms = 0;
  double busy_ms = 0;               ///< CPU time of the turn's audio
  std::uint64_t turn_audio_ms = 0;  ///< audio since the turn before ended
  std::string text;                 ///< empty: nothing understood
  SpokenAnswerPtr answer;
};
/// A frame was not valid in the call's encoding; the call cannot go on.
struct InvalidAudio {
  std::uint64_t audio_ms = 0;
};
/// Everything that was sent before the caller's "stop" has been processed.
struct Drained {
  std::uint64_t audio_ms = 0;
};
using SpeechEvent =
    std::variant<Acknowledged, SpeechStarted, SpeechGoesOn, PartialText, TurnEnded, InvalidAudio, Drained>;

/// A turn cannot begin and end within one frame: the endpointer waits for longer silence than this.
inline constexpr std::uint32_t max_frame_ms = 120;
inline constexpr std::uint32_t min_endpoint_silence_ms = 150;
inline constexpr std::uint32_t barge_in_ms = 200;
inline constexpr std::uint32_t acknowledge_every_ms = 200;
inline constexpr std::uint32_t partial_every_ms = 200;

class StreamResampler;

class SpeechPipeline {
 public:
  /// The format must be one that audio::make_decoder accepts. `retry` is called, on any thread, when
  /// process() could not go on for want of a recogniser and can be tried again.
  SpeechPipeline(const AudioFormat& format, std::uint32_t endpoint_silence_ms, RecogniserPool& recognisers,
                 Synthesiser& synthesiser, std::function<void()> retry);
  ~SpeechPipeline();

  /// Takes one frame (at most max_frame_ms of audio) and appends what happened. False if no recogniser was
  /// free: the frame was not taken.
  bool process(std::span<const std::uint8_t> frame, std::vector<SpeechEvent>& events);

  std::uint64_t position_ms() const { return endpointer_.position_ms(); }

 private:
  void process_block(std::span<const std::int16_t> block, std::vector<SpeechEvent>& events);
  bool provide_recogniser();
  void end_turn(std::vector<SpeechEvent>& events);

  const AudioFormat format_;
  RecogniserPool& recognisers_;
  Synthesiser& synthesiser_;
  std::function<void()> retry_;
  std::unique_ptr<audio::Decoder> decoder_;
  std::unique_ptr<StreamResampler> resampler_;  // if the call's rate is not the recogniser's
  Endpointer endpointer_;
  Dialogue dialogue_;
  RecogniserPool::Lease recogniser_;
  CepstralMean mean_;

  std::vector<std::int16_t> decoded_;
  std::vector<std::int16_t> pending_;  // at 16 kHz, not yet a whole block
  std::vector<std::int16_t>
      utterance_;  // at 16 kHz, not yet given to the recogniser; in silence: the last moments
  std::uint64_t turn_ = 0;
  std::uint64_t turn_begin_ms_ = 0;
  std::uint64_t acknowledged_ms_ = 0;
  std::uint64_t partial_ms_ = 0;
  bool goes_on_ = false;
  std::string partial_;
  core::Duration busy_{};
};

}  // namespace soundcheck::reference_agent
