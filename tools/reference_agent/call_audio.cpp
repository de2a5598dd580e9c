#include "tools/reference_agent/call_audio.hpp"

#include <utility>

namespace soundcheck::reference_agent {

std::shared_ptr<CallAudio> CallAudio::make(const AudioFormat& format, std::uint32_t endpoint_silence_ms,
                                           const Speech& speech, Deliver deliver) {
  std::shared_ptr<CallAudio> audio(new CallAudio(speech, std::move(deliver)));
  auto retry = [weak = std::weak_ptr<CallAudio>(audio)] {
    if (const auto self = weak.lock()) self->schedule();
  };
  audio->pipeline_ = std::make_unique<SpeechPipeline>(format, endpoint_silence_ms, speech.recognisers,
                                                      speech.synthesiser, std::move(retry));
  return audio;
}

void CallAudio::schedule() { workers_.schedule(shared_from_this()); }

void CallAudio::push(std::span<const std::uint8_t> frame) {
  {
    const std::scoped_lock lock(mutex_);
    inbox_.bytes.insert(inbox_.bytes.end(), frame.begin(), frame.end());
    inbox_.ends.push_back(inbox_.bytes.size());
  }
  schedule();
}

void CallAudio::finish() {
  {
    const std::scoped_lock lock(mutex_);
    finishing_ = true;
  }
  schedule();
}

bool CallAudio::run() {
  const bool take = next_frame_ == taken_.ends.size();
  bool finishing = false;
  if (take) {
    taken_.clear();
    next_frame_ = 0;
    const std::scoped_lock lock(mutex_);
    std::swap(taken_, inbox_);  // both keep their memory
    finishing = finishing_;
  }

  std::vector<SpeechEvent> events;
  const std::uint64_t portion_end = pipeline_->position_ms() + portion_ms;
  bool recogniser_free = true;
  while (next_frame_ < taken_.ends.size() && pipeline_->position_ms() < portion_end) {
    const std::size_t begin = next_frame_ == 0 ? 0 : taken_.ends[next_frame_ - 1];
    recogniser_free =
        pipeline_->process(std::span(taken_.bytes).subspan(begin, taken_.ends[next_frame_] - begin), events);
    if (!recogniser_free) break;  // the pipeline asks for another run when one is free
    ++next_frame_;
  }
  processed_ms_.store(pipeline_->position_ms(), std::memory_order_relaxed);

  const bool taken_left = next_frame_ < taken_.ends.size();
  if (finishing && !taken_left && !std::exchange(drained_, true))
    events.emplace_back(Drained{pipeline_->position_ms()});
  if (!events.empty()) deliver_(std::move(events));
  return recogniser_free && (taken_left || !take);  // without a take, the inbox has not been looked at
}

}  // namespace soundcheck::reference_agent
