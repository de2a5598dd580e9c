// Checks one file as a run would, without running: a profile with the system that it names, or a system
// alone. Control thread only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/profile/load.hpp"

namespace soundcheck::profile {

enum class FileKind : unsigned char { profile, system };

struct FileCheck {
  FileKind kind = FileKind::profile;
  std::vector<Diagnostic> diagnostics;  ///< empty: all is well
};

/// `request.profile` names the file: a path that ends in .yaml, or a name that is searched among the
/// profiles, then among the systems. Whether it is a profile or a system is told by its keys. Never throws
/// for anything a file can contain.
FileCheck check_file(const LoadRequest& request);

}  // namespace soundcheck::profile
