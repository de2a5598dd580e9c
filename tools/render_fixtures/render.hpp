// From one line of a script to the samples of a clip: speech (Flite), channel, loudness, silence around it.
// The same line gives the same samples. Not thread-safe: Flite keeps its voices in globals.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::render_fixtures {

inline constexpr double loudness_dbfs = -20.0;  // RMS of the audible part
inline constexpr std::uint32_t leading_silence_ms = 150;
inline constexpr std::uint32_t trailing_silence_ms = 200;

struct Rendered {
  std::uint32_t sample_rate = 0;  ///< Hz: 16000 wideband, 8000 telephone
  std::vector<std::int16_t> samples;
};

/// The voices that can speak, for messages and the help.
const std::vector<std::string>& voice_names();

/// `voice` is one of voice_names(). Empty if Flite finds nothing to say in the text.
Rendered render(const std::string& text, std::string_view voice, bool telephone);

}  // namespace soundcheck::render_fixtures
