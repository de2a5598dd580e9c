// The way of a call's audio from its socket to the recognition workers and of what they found back. Frames go
// in on the I/O thread; one worker at a time takes them through the call's pipeline, a portion per turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "tools/reference_agent/recogniser_pool.hpp"
#include "tools/reference_agent/speech_pipeline.hpp"
#include "tools/reference_agent/synthesiser.hpp"
#include "tools/reference_agent/work_pool.hpp"

namespace soundcheck::reference_agent {

/// The speech parts of an agent, shared by all calls.
struct Speech {
  Synthesiser& synthesiser;
  RecogniserPool& recognisers;
  WorkPool& workers;
};

class CallAudio final : public WorkPool::Job, public std::enable_shared_from_this<CallAudio> {
 public:
  /// Audio that a worker takes from one call before it turns to the next.
  static constexpr std::uint64_t portion_ms = 100;

  /// `deliver` is called on a worker thread, never with an empty list.
  using Deliver = std::function<void(std::vector<SpeechEvent>)>;
  static std::shared_ptr<CallAudio> make(const AudioFormat& format, std::uint32_t endpoint_silence_ms,
                                         const Speech& speech, Deliver deliver);

  void push(std::span<const std::uint8_t> frame);
  /// No frame comes any more: a Drained event follows what is still waiting.
  void finish();
  std::uint64_t processed_ms() const { return processed_ms_.load(std::memory_order_relaxed); }

  bool run() override;

 private:
  struct Frames {
    std::vector<std::uint8_t> bytes;
    std::vector<std::size_t> ends;  // of each frame, in bytes
    void clear() {
      bytes.clear();
      ends.clear();
    }
  };

  CallAudio(const Speech& speech, Deliver deliver) : workers_(speech.workers), deliver_(std::move(deliver)) {}
  void schedule();

  WorkPool& workers_;
  Deliver deliver_;
  std::unique_ptr<SpeechPipeline> pipeline_;
  std::atomic<std::uint64_t> processed_ms_{0};

  std::mutex mutex_;
  Frames inbox_;            // guarded
  bool finishing_ = false;  // guarded

  Frames taken_;  // the worker's
  std::size_t next_frame_ = 0;
  bool drained_ = false;
};

}  // namespace soundcheck::reference_agent
