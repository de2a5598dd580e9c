// The virtual playout buffer of a caller: agent audio that arrives is heard in order, at real time, the first
// chunk at once. It tells when a sample was heard and where the audio ran dry inside an utterance. Pure;
// belongs to one call.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/core/time.hpp"

namespace soundcheck::audio {

class Playout {
 public:
  struct Heard {
    core::TimePoint begin;  ///< when the first sample of this chunk is heard
    core::TimePoint end;    ///< when its last sample has been heard
    core::Duration gap{};   ///< silence before it, if the buffer ran dry inside the utterance; else zero
  };

  /// A chunk of `length` arrived at `now`. Chunks of one utterance arrive between begin_utterance() and
  /// end_utterance(); the first chunk after begin_utterance() has no gap before it.
  Heard push(core::TimePoint now, core::Duration length);
  void begin_utterance();
  void end_utterance();
  /// Drops what is queued and not yet heard (the agent was interrupted); returns how much was dropped.
  core::Duration clear(core::TimePoint now);

  /// When the last queued sample will have been heard; nothing while no audio has come.
  std::optional<core::TimePoint> drained_at() const { return drained_at_; }
  core::Duration queued(core::TimePoint now) const;

 private:
  std::optional<core::TimePoint> drained_at_;
  bool in_utterance_ = false;  ///< between begin and end
  bool started_ = false;       ///< a chunk of this utterance has come
};

}  // namespace soundcheck::audio
