// G.711 mu-law, one sample at a time, by table (ITU-T G.711, as in the G.191 reference code). Pure, usable
// from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace soundcheck::audio {

namespace detail {

inline constexpr int mulaw_bias = 33;  // makes every segment start at a power of two (14-bit scale)

/// Magnitude (13 bits: PCM16 without sign and its two lowest bits) -> inverted code word without sign.
consteval std::array<std::uint8_t, 8192> mulaw_codes() {
  std::array<std::uint8_t, 8192> codes{};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    int biased = static_cast<int>(i) + mulaw_bias;
    if (biased > 0x1FFF) biased = 0x1FFF;
    int segment = 0;
    while ((biased >> (segment + 6)) != 0) ++segment;
    const int step = (biased >> (segment + 1)) & 0x0F;
    codes[i] = static_cast<std::uint8_t>(0x7F - (segment << 4 | step));
  }
  return codes;
}

/// Code word -> PCM16.
consteval std::array<std::int16_t, 256> mulaw_levels() {
  std::array<std::int16_t, 256> levels{};
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const int code = 0xFF - static_cast<int>(i);
    const int segment = (code >> 4) & 0x07;
    const int step = code & 0x0F;
    const int magnitude = (((2 * step + mulaw_bias) << segment) - mulaw_bias) * 4;
    levels[i] = static_cast<std::int16_t>((code & 0x80) != 0 ? -magnitude : magnitude);
  }
  return levels;
}

inline constexpr auto mulaw_code_table = mulaw_codes();
inline constexpr auto mulaw_level_table = mulaw_levels();

}  // namespace detail

constexpr std::uint8_t mulaw_encode(std::int16_t sample) {
  // One's complement keeps -32768 in range and makes -1 the negative zero, as the reference code does.
  const unsigned magnitude = static_cast<unsigned>(sample < 0 ? ~sample : sample);
  const std::uint8_t code = detail::mulaw_code_table[magnitude >> 2];
  return sample < 0 ? code : static_cast<std::uint8_t>(code | 0x80);
}

constexpr std::int16_t mulaw_decode(std::uint8_t code) { return detail::mulaw_level_table[code]; }

}  // namespace soundcheck::audio
