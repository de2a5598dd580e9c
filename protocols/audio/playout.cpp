#include "protocols/audio/playout.hpp"

#include <algorithm>

namespace soundcheck::audio {

Playout::Heard Playout::push(core::TimePoint now, core::Duration length) {
  const core::TimePoint free_at = drained_at_.value_or(now);
  Heard heard{.begin = std::max(now, free_at), .end = {}, .gap = {}};
  heard.end = heard.begin + length;
  // An empty chunk is not heard, so it neither ends nor begins a silence.
  if (length <= core::Duration::zero()) return heard;
  if (in_utterance_ && started_) heard.gap = heard.begin - free_at;
  drained_at_ = heard.end;
  started_ = in_utterance_;
  return heard;
}

void Playout::begin_utterance() {
  in_utterance_ = true;
  started_ = false;
}

void Playout::end_utterance() {
  in_utterance_ = false;
  started_ = false;
}

core::Duration Playout::clear(core::TimePoint now) {
  const core::Duration dropped = queued(now);
  if (drained_at_) drained_at_ = std::min(*drained_at_, now);
  // The silence that follows was asked for: the next chunk has no gap before it.
  started_ = false;
  return dropped;
}

core::Duration Playout::queued(core::TimePoint now) const {
  if (!drained_at_) return core::Duration::zero();
  return std::max(core::Duration::zero(), *drained_at_ - now);
}

}  // namespace soundcheck::audio
