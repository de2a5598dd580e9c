// The manifest of a folder of clips, as written: which file says what. Reads the YAML only, not the sound
// files. Used by load_clips and by the tool that renders the fixtures; control thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "protocols/audio/clip.hpp"

namespace soundcheck::audio {

struct ManifestEntry {
  int line = 0;                ///< in the manifest, from 1
  std::filesystem::path path;  ///< of the sound file, resolved against the manifest's folder
  std::string name;            ///< unique; the file's name without its extension unless stated
  std::string text;            ///< lower case
  std::string language;
  std::string voice;
  std::string channel;  ///< "wideband", "telephone" or empty
  std::string licence;
  std::optional<std::string> sha256;  ///< lower-case hex
  std::optional<std::uint64_t> sample_rate;
  std::optional<std::uint64_t> first_speech_sample;
  std::optional<std::uint64_t> last_speech_sample;
  bool refused = false;  ///< a fatal note speaks about this entry
};

struct Manifest {
  std::filesystem::path path;
  std::vector<ManifestEntry> entries;  ///< those that name a file
  std::vector<ClipNote> notes;         ///< every mistake in the document
};

/// Reads the file at the path, or `manifest.yaml` in the folder at the path. Never throws for anything a file
/// can contain.
Manifest read_manifest(const std::filesystem::path& path);

}  // namespace soundcheck::audio
