// Change of sample rate (libsamplerate) and the step from floating point to PCM16. Pure, usable from any
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace soundcheck::audio {

/// Mono samples from `from_rate` to `to_rate` (Hz, 8000 to 192000 each), time aligned, exactly
/// round(samples * to_rate / from_rate) long. Throws std::runtime_error if libsamplerate refuses.
std::vector<float> resample(std::span<const float> samples, std::uint32_t from_rate, std::uint32_t to_rate);

/// Full scale is 1.0; rounds to nearest, values beyond full scale are held at the ends. Undoes to_float
/// exactly.
std::vector<std::int16_t> to_pcm16(std::span<const float> samples);
std::vector<float> to_float(std::span<const std::int16_t> samples);

}  // namespace soundcheck::audio
