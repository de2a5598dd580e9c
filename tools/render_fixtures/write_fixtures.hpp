// A whole folder of fixtures from a script: the FLAC files and the manifest.yaml that describes them. A
// script is a manifest without what only rendering can tell (sample rate, speech bounds, checksums).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace soundcheck::render_fixtures {

struct Outcome {
  std::size_t clips = 0;  ///< written
  std::vector<std::string>
      mistakes;  ///< `file:line: what is wrong and what to do`; nothing is rendered if any
};

/// Replaces the files that the script names, and manifest.yaml, in `folder` (made if absent).
Outcome write_fixtures(const std::filesystem::path& script, const std::filesystem::path& folder);

}  // namespace soundcheck::render_fixtures
