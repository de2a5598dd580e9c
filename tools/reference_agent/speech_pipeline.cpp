#include "tools/reference_agent/speech_pipeline.hpp"

#include <samplerate.h>

#include <algorithm>
#include <utility>

#include "protocols/audio/resample.hpp"
#include "tools/reference_agent/clock.hpp"

namespace soundcheck::reference_agent {
namespace {

/// What the recogniser hears before the endpointer noticed speech: weak first consonants live there.
constexpr std::size_t pre_roll_samples = recogniser_rate * 250 / 1000;

}  // namespace

/// libsamplerate as a stream: keeps its state from frame to frame.
class StreamResampler {
 public:
  explicit StreamResampler(std::uint32_t from_rate)
      : ratio_(static_cast<double>(recogniser_rate) / from_rate),
        state_(src_new(SRC_SINC_FASTEST, 1, nullptr), src_delete) {}

  void push(std::span<const std::int16_t> samples, std::vector<std::int16_t>& out) {
    in_.resize(samples.size());
    src_short_to_float_array(samples.data(), in_.data(), static_cast<int>(samples.size()));
    floats_.resize(static_cast<std::size_t>(static_cast<double>(samples.size()) * ratio_) + 64);
    SRC_DATA data{};
    data.data_in = in_.data();
    data.input_frames = static_cast<long>(in_.size());
    data.data_out = floats_.data();
    data.output_frames = static_cast<long>(floats_.size());
    data.src_ratio = ratio_;
    src_process(state_.get(), &data);
    const std::size_t old_size = out.size();
    out.resize(old_size + static_cast<std::size_t>(data.output_frames_gen));
    src_float_to_short_array(floats_.data(), out.data() + old_size, static_cast<int>(data.output_frames_gen));
  }

 private:
  double ratio_;
  std::unique_ptr<SRC_STATE, decltype(&src_delete)> state_;
  std::vector<float> in_;
  std::vector<float> floats_;
};

SpeechPipeline::SpeechPipeline(const AudioFormat& format, std::uint32_t endpoint_silence_ms,
                               RecogniserPool& recognisers, Synthesiser& synthesiser,
                               std::function<void()> retry)
    : format_(format),
      recognisers_(recognisers),
      synthesiser_(synthesiser),
      retry_(std::move(retry)),
      decoder_(audio::make_decoder(format.encoding, format.sample_rate)),
      resampler_(format.sample_rate == recogniser_rate
                     ? nullptr
                     : std::make_unique<StreamResampler>(format.sample_rate)),
      endpointer_(endpoint_silence_ms),
      recogniser_(nullptr, RecogniserPool::Return{&recognisers}),
      mean_(recognisers.first_mean(format.sample_rate)) {}

SpeechPipeline::~SpeechPipeline() {
  if (recogniser_) recogniser_->finish();
}

bool SpeechPipeline::process(std::span<const std::uint8_t> frame, std::vector<SpeechEvent>& events) {
  if (endpointer_.in_speech() && !provide_recogniser()) return false;
  const auto cpu_before = thread_cpu_time();

  decoded_.clear();
  if (!decoder_->decode(frame, decoded_)) {
    events.emplace_back(InvalidAudio{position_ms()});
    return true;
  }
  if (resampler_) {
    resampler_->push(decoded_, pending_);
  } else {
    pending_.insert(pending_.end(), decoded_.begin(), decoded_.end());
  }

  const std::size_t first_event = events.size();
  std::size_t at = 0;
  for (; at + Endpointer::block_samples <= pending_.size(); at += Endpointer::block_samples) {
    process_block(std::span(pending_).subspan(at, Endpointer::block_samples), events);
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));

  busy_ += thread_cpu_time() - cpu_before;
  for (std::size_t i = first_event; i < events.size(); ++i) {
    auto* turn = std::get_if<TurnEnded>(&events[i]);
    if (turn == nullptr) continue;
    turn->busy_ms = core::to_milliseconds(std::exchange(busy_, {}));
    turn->answer =
        synthesiser_.speak(dialogue_.answer(turn->text), format_);  // not the turn's audio: not counted
  }
  return true;
}

bool SpeechPipeline::provide_recogniser() {
  if (recogniser_) return true;
  recogniser_ = recognisers_.borrow(retry_);
  if (!recogniser_) return false;
  recogniser_->start(mean_);
  return true;
}

void SpeechPipeline::process_block(std::span<const std::int16_t> block, std::vector<SpeechEvent>& events) {
  const auto event = endpointer_.push(block);
  utterance_.insert(utterance_.end(), block.begin(), block.end());

  if (event == Endpointer::Event::speech_started) {
    ++turn_;
    partial_.clear();
    goes_on_ = false;
    partial_ms_ = position_ms();
    events.emplace_back(SpeechStarted{turn_, position_ms(), endpointer_.speech_begin_ms()});
  }
  if (endpointer_.in_speech() || event == Endpointer::Event::speech_ended) {
    if (recogniser_) {
      recogniser_->feed(utterance_);
      utterance_.clear();
    }
  } else if (utterance_.size() > 2 * pre_roll_samples) {
    utterance_.erase(utterance_.begin(), utterance_.end() - pre_roll_samples);
  }
  if (endpointer_.in_speech()) {
    if (!goes_on_ && endpointer_.speech_end_ms() - endpointer_.speech_begin_ms() >= barge_in_ms) {
      goes_on_ = true;
      events.emplace_back(SpeechGoesOn{position_ms()});
    }
    if (recogniser_ && position_ms() - partial_ms_ >= partial_every_ms) {
      partial_ms_ = position_ms();
      if (auto text = recogniser_->partial(); !text.empty() && text != partial_) {
        partial_ = text;
        events.emplace_back(PartialText{turn_, position_ms(), std::move(text)});
      }
    }
  }
  if (position_ms() - acknowledged_ms_ >= acknowledge_every_ms) {
    acknowledged_ms_ = position_ms();
    events.emplace_back(Acknowledged{position_ms()});
  }
  if (event == Endpointer::Event::speech_ended) end_turn(events);
}

void SpeechPipeline::end_turn(std::vector<SpeechEvent>& events) {
  TurnEnded turn;
  turn.turn = turn_;
  turn.audio_ms = position_ms();
  turn.speech_end_ms = endpointer_.speech_end_ms();
  turn.turn_audio_ms = position_ms() - std::exchange(turn_begin_ms_, position_ms());
  turn.text = recogniser_->finish();
  mean_ = recogniser_->mean();
  recogniser_.reset();
  utterance_.clear();
  events.emplace_back(std::move(turn));
}

}  // namespace soundcheck::reference_agent
