// A spoken clip in memory, and the manifest that describes a folder of them. No Asio, no clock. A loaded clip
// is immutable and shared between calls and threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace soundcheck::audio {

/// Mono PCM16 at `sample_rate` Hz, with the truth that the manifest states.
struct Clip {
  std::string name;
  std::string text;      ///< what is said, lower case words
  std::string language;  ///< BCP 47, for example "en-US"
  std::string voice;     ///< speaker or synthesiser voice
  std::string channel;   ///< "wideband", "telephone", or empty if the manifest does not say
  std::string licence;
  std::uint32_t sample_rate = 0;
  std::uint64_t first_speech_sample = 0;  ///< first audible sample
  std::uint64_t last_speech_sample = 0;   ///< last audible sample (inclusive)
  std::vector<std::int16_t> samples;

  double seconds() const {
    return sample_rate == 0 ? 0.0 : static_cast<double>(samples.size()) / sample_rate;
  }
};

using ClipPtr = std::shared_ptr<const Clip>;

/// One mistake or remark about one file of a manifest. `fatal` means that the clip was refused.
struct ClipNote {
  std::string file;
  std::string text;  ///< says what is wrong or what was converted, and what to do
  bool fatal = false;
};

struct ClipSet {
  std::vector<ClipPtr> clips;   ///< the clips that could be used
  std::vector<ClipNote> notes;  ///< every refusal and every conversion
  bool ok() const;              ///< at least one clip, and no fatal note
};

/// Reads `manifest.yaml` at the path (or in the folder at the path), decodes every clip with libsndfile
/// (WAV, FLAC, Ogg), mixes stereo down (with a note), resamples to `sample_rate` (with a note where the
/// file's rate differs) and checks checksum, speech bounds and emptiness. Never throws: all mistakes are in
/// `notes`.
ClipSet load_clips(const std::filesystem::path& manifest, std::uint32_t sample_rate);

}  // namespace soundcheck::audio
