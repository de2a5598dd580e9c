// Loudness of PCM16: what counts as audible, and where speech begins and ends in a clip. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace soundcheck::audio {

/// A sample counts as audible when its absolute value passes this: -40 dBFS.
inline constexpr int audible_amplitude = 328;

/// Index of the first audible sample, if any.
std::optional<std::size_t> first_audible(std::span<const std::int16_t> samples);
/// Index of the last audible sample, if any.
std::optional<std::size_t> last_audible(std::span<const std::int16_t> samples);
/// Root mean square in dB relative to full scale; -120 for digital silence.
double rms_dbfs(std::span<const std::int16_t> samples);

}  // namespace soundcheck::audio
