// What a telephone line does to a voice: the band from 300 to 3400 Hz at 8 kHz, companded once. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace soundcheck::render_fixtures {

inline constexpr std::uint32_t telephone_rate = 8000;  // Hz

/// Butterworth band-pass of fourth order at each edge (300 and 3400 Hz); samples at telephone_rate.
std::vector<float> telephone_band(std::vector<float> samples);

/// Once through mu-law and back.
void compand(std::vector<std::int16_t>& samples);

}  // namespace soundcheck::render_fixtures
