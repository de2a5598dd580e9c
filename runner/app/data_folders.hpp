// Where the profiles and fixtures are: beside the program, whether it was installed or is run from its build
// folder. No path is built in. Pure but for looking whether a folder exists.
#pragma once

#include <filesystem>
#include <vector>

#include "runner/app/host.hpp"

namespace soundcheck::app {

struct DataFolders {
  std::vector<std::filesystem::path> profiles;  ///< ./profiles first, then the program's own
  std::filesystem::path fixtures;               ///< the program's audio_fixtures
};

DataFolders find_data(const Host& host);

/// A manifest as a system file names it: absolute, relative to the working folder, or one of the program's
/// own.
std::filesystem::path find_manifest(const DataFolders& data, const std::filesystem::path& name);

}  // namespace soundcheck::app
