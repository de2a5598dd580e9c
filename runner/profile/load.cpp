#include "runner/profile/load.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "runner/profile/declarations.hpp"
#include "runner/profile/files.hpp"
#include "runner/profile/mistakes.hpp"
#include "runner/profile/monitors.hpp"
#include "runner/profile/nearest.hpp"
#include "runner/profile/objectives.hpp"
#include "runner/profile/override.hpp"
#include "runner/profile/substitute.hpp"
#include "runner/profile/task_choice.hpp"
#include "runner/profile/yaml.hpp"

namespace soundcheck::profile {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view system_prefix = "system.";

std::string sha256(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

/// "quick" and "profiles/quick.yaml" are both called quick.
std::string short_name(const std::string& asked) {
  return asked.ends_with(".yaml") || asked.ends_with(".yml") ? fs::path(asked).stem().string() : asked;
}

std::vector<fs::path> system_folders(const std::vector<fs::path>& folders) {
  std::vector<fs::path> out;
  for (const fs::path& folder : folders) out.push_back(folder / "systems");
  return out;
}

Origin command_line_origin() { return {std::string(command_line), 0, 0}; }

/// One of the two documents on its way from file to struct.
struct Document {
  std::string name;
  fs::path file;
  Value root;
  std::string text;  ///< merged and overridden, before substitution
};

class Loader {
 public:
  explicit Loader(const LoadRequest& request) : request_(request) {}

  LoadResult load() {
    std::optional<Profile> profile;
    if (auto document = open_profile()) {
      prepare(*document, "");
      profile = profile_object().read(mistakes_, document->root);
      auto system_document = open_system(*document);
      if (system_document) prepare(*system_document, system_prefix);
      if (profile && system_document) add_system(*profile, *document, *system_document);
    }
    LoadResult result{std::nullopt, mistakes_.take()};
    if (result.diagnostics.empty()) result.profile = std::move(profile);
    return result;
  }

 private:
  std::optional<Document> open_profile() {
    const Search search{"profile", {}, request_.folders};
    Value asked = Value::scalar(request_.profile, command_line_origin());
    asked.path = "profile";
    return open(asked, search);
  }

  std::optional<Document> open_system(const Document& profile) {
    const Value* asked = profile.root.find("system");
    if (asked == nullptr || asked->kind != Value::Kind::scalar || asked->broken) return std::nullopt;
    Search search{"system", {}, system_folders(request_.folders)};
    if (asked->origin.file != command_line) search.base = fs::path(asked->origin.file).parent_path();
    // A profile outside the folders may bring its own systems.
    search.folders.push_back(profile.file.parent_path() / "systems");
    return open(*asked, search);
  }

  std::optional<Document> open(const Value& asked, const Search& search) {
    const auto file = find_file(search, asked, mistakes_);
    if (!file) return std::nullopt;
    auto root = read_document(*file, search, mistakes_);
    if (!root) return std::nullopt;
    return Document{short_name(asked.text), *file, std::move(*root), {}};
  }

  /// Overrides, then the text for the report, then the environment: a secret of the environment never gets
  /// into the text.
  void prepare(Document& document, std::string_view prefix) {
    const bool is_system = !prefix.empty();
    for (const auto& [path, value] : request_.overrides) {
      if (path.starts_with(system_prefix) != is_system) continue;
      apply_override(document.root, path.substr(prefix.size()), value, path, mistakes_);
    }
    if (!is_system && request_.system) {
      apply_override(document.root, "system", *request_.system, "system", mistakes_);
    }
    if (is_system) apply_task_choice(document.root, request_.tasks, mistakes_);
    label_paths(document.root, prefix);
    document.text =
        fmt::format("# {} {}\n{}", is_system ? "system" : "profile", document.name, to_yaml(document.root));
    substitute(document.root, request_.environment, mistakes_);
  }

  void add_system(Profile& profile, Document& profile_document, const Document& system_document) {
    auto system = system_object().read(mistakes_, system_document.root);
    if (!system) return;
    check_places(system_document.root, *system, request_.check_monitor, mistakes_);
    if (request_.system) leave_out_parts(profile, profile_document, system_document);
    check_load(profile_document.root, system_document);
    add_objectives(profile, profile_document.root, *system);
    profile.name = profile_document.name;
    profile.system = std::move(*system);
    profile.system.name = system_document.name;
    profile.source_text = fmt::format("{}---\n{}", profile_document.text, system_document.text);
    profile.source_hash = sha256(profile.source_text);
  }

  /// The profile's own objectives, beside the system's or in the place of one of the same name.
  void add_objectives(const Profile& profile, const Value& document, System& system) {
    const Value* nodes = document.find("objectives");
    if (nodes == nullptr) return;
    System checked = system;
    checked.objectives = profile.objectives;
    check_objectives(*nodes, checked, mistakes_);
    for (Objective& own : checked.objectives) {
      const auto same = std::find_if(system.objectives.begin(), system.objectives.end(),
                                     [&](const Objective& objective) { return objective.name == own.name; });
      if (same == system.objectives.end()) {
        system.objectives.push_back(std::move(own));
      } else {
        *same = std::move(own);
      }
    }
  }

  /// A system that is named beside a profile, such as --system mine with the quick one, may have fewer parts
  /// than that puts load on. The rest is run, if there is any.
  static void leave_out_parts(Profile& profile, Document& document, const Document& system) {
    const auto in_both = [&](core::Subsystem s) {
      const std::string_view key = core::to_string(s);
      return document.root.find(key) != nullptr && system.root.find(key) != nullptr;
    };
    if (std::none_of(core::all_subsystems.begin(), core::all_subsystems.end(), in_both)) return;
    for (core::Subsystem s : core::all_subsystems) {
      if (in_both(s)) continue;
      load_of(profile, s).reset();
      std::erase_if(document.root.entries,
                    [&](const Value::Entry& entry) { return entry.key == core::to_string(s); });
    }
  }

  static std::optional<Load>& load_of(Profile& profile, core::Subsystem subsystem) {
    switch (subsystem) {
      case core::Subsystem::api:
        return profile.api;
      case core::Subsystem::websocket:
        return profile.websocket;
      case core::Subsystem::ai_pipeline:
        break;
    }
    return profile.ai_pipeline;
  }

  /// What the profile puts load on must exist in the system.
  void check_load(const Value& profile, const Document& system) {
    check_loads_of(profile, system);
    const Value* workloads = profile.find("workloads");
    if (workloads == nullptr) return;
    for (const Value& workload : workloads->items) check_loads_of(workload, system);
  }

  void check_loads_of(const Value& node, const Document& system) {
    for (core::Subsystem s : core::all_subsystems) {
      const std::string_view key = core::to_string(s);
      const Value* load = node.find(key);
      if (load == nullptr) continue;
      if (const Value* part = system.root.find(key)) {
        check_tasks(*load, *part, system.name);
      } else {
        mistakes_.report(*load, fmt::format("the system {} declares no {}", system.name, key),
                         "remove this key, or declare it in the system file");
      }
    }
  }

  /// The tasks that a load picks must be tasks of the system, and one must be switched on.
  void check_tasks(const Value& load, const Value& part, const std::string& system) {
    const Value* picked = load.find("tasks");
    const Value* tasks = part.find("tasks");
    if (picked == nullptr || tasks == nullptr) return;
    std::vector<std::string> names;
    bool any_weight = false;
    for (const Value& task : tasks->items) {
      const Value* name = task.find("name");
      if (name == nullptr) continue;
      names.push_back(name->text);
      const Value* weight = task.find("weight");
      const bool chosen = std::any_of(picked->items.begin(), picked->items.end(),
                                      [&](const Value& item) { return item.text == name->text; });
      any_weight = any_weight || (chosen && (weight == nullptr || weight->text != "0"));
    }
    bool all_known = true;
    for (const Value& item : picked->items) {
      if (std::find(names.begin(), names.end(), item.text) != names.end()) continue;
      all_known = false;
      mistakes_.report(item, fmt::format("the system {} has no such task", system),
                       nearest_hint(item.text, names));
    }
    if (all_known && !any_weight)
      mistakes_.report(*picked, "all these tasks have the weight 0, so users would do nothing");
  }

  const LoadRequest& request_;
  Mistakes mistakes_;
};

std::vector<CatalogEntry> describe(const std::vector<NamedFile>& files, const Search& search) {
  std::vector<CatalogEntry> out;
  for (const NamedFile& named : files) {
    Mistakes mistakes;
    const auto document = read_document(named.file, search, mistakes);
    std::string description;
    if (!mistakes.empty()) {
      description = fmt::format("cannot be read: {}", mistakes.take().front().to_string());
    } else if (const Value* text = document->find("description")) {
      description = text->text;
    }
    out.push_back({named.name, std::move(description), named.file});
  }
  return out;
}

}  // namespace

LoadResult load_profile(const LoadRequest& request) { return Loader(request).load(); }

std::vector<CatalogEntry> list_profiles(const std::vector<fs::path>& folders) {
  return describe(list_files(folders), {"profile", {}, folders});
}

std::vector<CatalogEntry> list_systems(const std::vector<fs::path>& folders) {
  const std::vector<fs::path> systems = system_folders(folders);
  return describe(list_files(systems), {"system", {}, systems});
}

}  // namespace soundcheck::profile
