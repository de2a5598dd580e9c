// A file that says which profiles to run one after the other, for `--profile NAME` like a profile's. Control
// thread only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/profile/load.hpp"
#include "runner/profile/object.hpp"
#include "runner/profile/values.hpp"

namespace soundcheck::profile {

struct RunList {
  std::string name;
  std::string description;
  std::vector<std::string> runs;  ///< what --profile takes, in order
  Duration pause{};               ///< from the end of a run to the start of the next
};

struct RunListResult {
  std::optional<RunList> list;          ///< only if there is no diagnostic
  std::vector<Diagnostic> diagnostics;  ///< sorted by file and position
};

/// What the name or path means as a list of runs. Neither a list nor a diagnostic if it is none, because then
/// it is a profile, or nothing at all: load_profile says which.
RunListResult load_run_list(const std::string& name, const std::vector<std::filesystem::path>& folders);

/// Its keys, for reading and for the documents.
const Object<RunList>& run_list_object();

}  // namespace soundcheck::profile
