#include "tests/support/tone_clip.hpp"

#include <cmath>
#include <numbers>

namespace soundcheck::support {

audio::ClipPtr tone_clip(std::string name, std::uint32_t frames, std::uint32_t sample_rate,
                         std::uint32_t frame_ms) {
  auto clip = std::make_shared<audio::Clip>();
  clip->name = std::move(name);
  clip->text = "check my balance";
  clip->language = "en-US";
  clip->sample_rate = sample_rate;
  const std::size_t size = std::size_t{frames} * sample_rate * frame_ms / 1000;
  for (std::size_t i = 0; i < size; ++i) {
    // Half a period ahead of zero, so that the very first sample is audible.
    const double phase = 2 * std::numbers::pi * (400.0 * static_cast<double>(i) / sample_rate + 0.1);
    clip->samples.push_back(static_cast<std::int16_t>(8'000 * std::sin(phase)));
  }
  clip->first_speech_sample = 0;
  clip->last_speech_sample = size - 1;
  return clip;
}

}  // namespace soundcheck::support
