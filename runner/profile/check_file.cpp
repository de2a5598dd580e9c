#include "runner/profile/check_file.hpp"

#include <algorithm>
#include <utility>

#include "runner/profile/declarations.hpp"
#include "runner/profile/files.hpp"
#include "runner/profile/mistakes.hpp"
#include "runner/profile/monitors.hpp"
#include "runner/profile/substitute.hpp"

namespace soundcheck::profile {

namespace {

/// By the keys that only one of the two has.
FileKind kind_of(const Value& root) {
  const auto has = [](const std::vector<std::string>& names, const std::string& key) {
    return std::find(names.begin(), names.end(), key) != names.end();
  };
  const std::vector<std::string> of_profile = profile_object().shape().key_names();
  const std::vector<std::string> of_system = system_object().shape().key_names();
  int balance = 0;
  for (const Value::Entry& entry : root.entries)
    balance += (has(of_system, entry.key) ? 1 : 0) - (has(of_profile, entry.key) ? 1 : 0);
  return balance > 0 ? FileKind::system : FileKind::profile;
}

}  // namespace

FileCheck check_file(const LoadRequest& request) {
  FileCheck check;
  Search search{"profile or system", {}, request.folders};
  for (const std::filesystem::path& folder : request.folders) search.folders.push_back(folder / "systems");
  Mistakes mistakes;
  Value asked = Value::scalar(request.profile, {std::string(command_line), 0, 0});
  const auto file = find_file(search, asked, mistakes);
  auto root = file ? read_document(*file, search, mistakes) : std::nullopt;
  if (root) check.kind = kind_of(*root);
  if (root && check.kind == FileKind::profile) {
    LoadRequest found = request;
    found.profile = file->string();
    check.diagnostics = load_profile(found).diagnostics;
    return check;
  }
  if (root) {
    label_paths(*root, "");
    substitute(*root, request.environment, mistakes);
    if (const auto system = system_object().read(mistakes, *root))
      check_places(*root, *system, request.check_monitor, mistakes);
  }
  check.diagnostics = mistakes.take();
  return check;
}

}  // namespace soundcheck::profile
