// A clip whose speech fills it from the first sample to the last, so that times can be computed by hand.
#pragma once

#include "protocols/audio/codec.hpp"

namespace soundcheck::support {

/// A 400 Hz tone of `frames` frames.
audio::ClipPtr tone_clip(std::string name, std::uint32_t frames, std::uint32_t sample_rate = 16'000,
                         std::uint32_t frame_ms = 20);

}  // namespace soundcheck::support
