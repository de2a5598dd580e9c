// From YAML files to a Profile, with every mistake at once. The sole user of yaml-cpp. Control thread only.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::profile {

/// One mistake. `file:line:column: path: message (found "value"); hint` is how it prints; line and column
/// count from 1, 0 = unknown. The file of what --set brought is "command line".
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string path;     ///< for example "api.tasks[2].weight"
  std::string value;    ///< the offending text, empty if none; never the value of a substituted variable
  std::string message;  ///< the rule that was broken
  std::string hint;     ///< nearest valid key or what to write; may be empty

  std::string to_string() const;
};

/// Tasks and user classes that the command line names.
struct TaskChoice {
  std::vector<std::string> without;                          ///< --without-task: as if their weight were 0
  std::vector<std::pair<std::string, std::string>> weights;  ///< --task-weight: names and weights
  std::vector<std::string> classes;                          ///< --user-class: no other class; empty: all

  bool empty() const { return without.empty() && weights.empty() && classes.empty(); }
};

/// Where to look for things and what the command line changed.
struct LoadRequest {
  std::string profile;                ///< NAME (searched as folders/NAME.yaml) or a path that ends in .yaml
  std::optional<std::string> system;  ///< the same, in folders/systems
  std::vector<std::filesystem::path> folders;  ///< where profiles are searched, in order
  /// --set path=value, applied to the document before validation; --users N is {"api.users", "N"} and so on.
  std::vector<std::pair<std::string, std::string>> overrides;
  std::function<std::optional<std::string>(const std::string&)> environment;  ///< for ${VAR}
  TaskChoice tasks{};
  MonitorCheck check_monitor{};  ///< none: only what the language itself says of monitors is checked
};

struct LoadResult {
  std::optional<Profile> profile;       ///< only if there is no diagnostic
  std::vector<Diagnostic> diagnostics;  ///< sorted by file and position
};

/// Never throws for anything a file can contain.
LoadResult load_profile(const LoadRequest& request);

struct CatalogEntry {
  std::string name;  ///< what --profile or --system takes
  std::string description;
  std::filesystem::path file;
};
/// The profiles, or the systems, that the folders hold, sorted by name.
std::vector<CatalogEntry> list_profiles(const std::vector<std::filesystem::path>& folders);
std::vector<CatalogEntry> list_systems(const std::vector<std::filesystem::path>& folders);

/// JSON Schema (draft 2020-12) of the three formats, generated from the declarations that the loader uses.
std::string profile_json_schema();
std::string system_json_schema();
std::string run_list_json_schema();

}  // namespace soundcheck::profile
