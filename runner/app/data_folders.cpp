#include "runner/app/data_folders.hpp"

namespace soundcheck::app {

namespace fs = std::filesystem;

DataFolders find_data(const Host& host) {
  DataFolders data;
  std::error_code ignored;
  if (fs::is_directory("profiles", ignored)) data.profiles.emplace_back("profiles");
  std::vector<fs::path> roots;
  if (const auto named = host.environment("SOUNDCHECK_DATA")) roots.emplace_back(*named);
  const fs::path bin = host.executable.parent_path();
  roots.push_back(bin.parent_path() / "share" / "soundcheck");     // PREFIX/bin, PREFIX/share/soundcheck
  roots.push_back(bin.parent_path().parent_path().parent_path());  // build/<preset>/bin in a checkout
  for (const fs::path& root : roots) {
    if (!fs::is_directory(root / "profiles", ignored)) continue;
    const bool same =
        !data.profiles.empty() && fs::equivalent(data.profiles.front(), root / "profiles", ignored);
    if (!same) data.profiles.push_back(root / "profiles");
    data.fixtures = root / "audio_fixtures";
    break;
  }
  return data;
}

fs::path find_manifest(const DataFolders& data, const fs::path& name) {
  std::error_code ignored;
  if (name.is_absolute() || fs::exists(name, ignored) || data.fixtures.empty()) return name;
  return data.fixtures / name;
}

}  // namespace soundcheck::app
