// The agent's voice: renders answers with Flite, cuts them into encoded frames and keeps both. Flite is not
// thread-safe, so one lock covers everything; rendering an answer takes milliseconds and happens once per
// text and format. Usable from any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "protocols/audio/codec.hpp"

struct cst_voice_struct;

namespace soundcheck::reference_agent {

/// How audio travels on a call, both ways.
struct AudioFormat {
  audio::Encoding encoding{};
  std::uint32_t sample_rate = 16000;  ///< Hz
  std::uint32_t frame_ms = 20;
  auto operator<=>(const AudioFormat&) const = default;
};

/// An answer as it is sent: immutable, shared by all calls of the same format.
struct SpokenAnswer {
  std::string text;
  std::uint32_t frame_ms = 0;
  std::vector<std::shared_ptr<const audio::Bytes>> frames;
  std::uint32_t audio_ms() const { return static_cast<std::uint32_t>(frames.size()) * frame_ms; }
};
using SpokenAnswerPtr = std::shared_ptr<const SpokenAnswer>;

class Synthesiser {
 public:
  static const std::vector<std::string_view>& voices();

  /// `voice` is one of voices(). Keeps at most `capacity` spoken answers; the oldest leave first.
  explicit Synthesiser(std::string_view voice, std::size_t capacity = 256);

  /// PCM16 at `sample_rate` Hz.
  std::vector<std::int16_t> render(const std::string& text, std::uint32_t sample_rate);

  /// The format must be one that audio::make_encoder accepts.
  SpokenAnswerPtr speak(const std::string& text, const AudioFormat& format);

 private:
  using Key = std::pair<AudioFormat, std::string>;

  std::mutex mutex_;
  cst_voice_struct* voice_;
  std::size_t capacity_;
  std::map<Key, SpokenAnswerPtr> answers_;
  std::deque<Key> oldest_first_;
};

}  // namespace soundcheck::reference_agent
