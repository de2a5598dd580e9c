// A folder of profiles of its own for one test, removed at its end. Belongs to one test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runner/profile/load.hpp"

namespace soundcheck::profile {

inline constexpr const char* minimal_profile = "system: sys\nduration: 30s\napi: {users: 1}\n";
inline constexpr const char* minimal_system =
    "health_path: /health\napi:\n  tasks:\n    - name: a\n      steps:\n        - request: GET /a\n";

class Workspace {
 public:
  Workspace() {
    std::string name = testing::TempDir() + "soundcheck-profile-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder = name;
    request.profile = "p";
    request.folders = {folder};
    request.environment = [this](const std::string& variable) -> std::optional<std::string> {
      const auto it = environment.find(variable);
      if (it == environment.end()) return std::nullopt;
      return it->second;
    };
    write("p.yaml", minimal_profile);
    write("systems/sys.yaml", minimal_system);
  }
  ~Workspace() {
    std::error_code error;
    std::filesystem::remove_all(folder, error);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = folder / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  LoadResult load() const { return load_profile(request); }

  /// As they are printed; paths inside the folder are relative, the folder itself is DIR.
  std::vector<std::string> mistakes() const {
    std::vector<std::string> out;
    for (const Diagnostic& d : load().diagnostics) {
      std::string text = d.to_string();
      replace_all(text, folder.string() + "/", "");
      replace_all(text, folder.string(), "DIR");
      out.push_back(text);
    }
    return out;
  }

  std::filesystem::path folder;
  LoadRequest request;
  std::map<std::string, std::string> environment;

 private:
  static void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t i = text.find(from); i != std::string::npos; i = text.find(from, i + to.size())) {
      text.replace(i, from.size(), to);
    }
  }
};

/// A document and exactly what is wrong with it.
struct Malformed {
  const char* name;
  const char* document;
  std::vector<std::string> mistakes;

  friend void PrintTo(const Malformed& m, std::ostream* out) { *out << m.name; }
};

inline std::string case_name(const testing::TestParamInfo<Malformed>& info) { return info.param.name; }

}  // namespace soundcheck::profile
