// One sound file on disk (WAV, FLAC, Ogg: what libsndfile reads), decoded and mixed to mono. Usable from any
// thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace soundcheck::audio {

inline constexpr std::uint32_t min_sample_rate = 8'000;    // Hz
inline constexpr std::uint32_t max_sample_rate = 192'000;  // Hz
inline constexpr std::uint32_t max_clip_seconds = 5 * 60;

struct SoundFile {
  std::uint32_t sample_rate = 0;  ///< Hz, as in the file
  std::uint32_t channels = 0;     ///< as in the file
  std::vector<float> samples;     ///< the mean of the channels; full scale is 1.0
  /// Why the file cannot be used, each with a cure; `samples` is empty then.
  std::vector<std::string> mistakes;
};

/// Decodes only what is within the limits above. Never throws for anything a file can contain.
SoundFile read_sound_file(const std::filesystem::path& path);

}  // namespace soundcheck::audio
