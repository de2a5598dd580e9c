// Imports for tests: the documents of tests/data/import, and what the loader makes of the result.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "runner/importer/importer.hpp"
#include "runner/profile/load.hpp"
#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::importer {

inline std::string document(const std::string& name) {
  std::ifstream in(std::string(SOUNDCHECK_SOURCE_DIR) + "/tests/data/import/" + name, std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline const Format& format(std::string_view name) {
  for (const Format& f : formats()) {
    if (f.name == name) return f;
  }
  throw std::invalid_argument(std::string(name));
}

inline std::variant<Imported, profile::Diagnostic> try_import(std::string_view name, const std::string& text,
                                                              const Request& request = {}) {
  return import_document(format(name), {text, "given"}, request);
}

inline Imported import_text(std::string_view name, const std::string& text, const Request& request = {}) {
  auto result = try_import(name, text, request);
  if (const auto* why = std::get_if<profile::Diagnostic>(&result)) ADD_FAILURE() << why->to_string();
  return std::holds_alternative<Imported>(result) ? std::get<Imported>(result) : Imported{};
}

inline std::string refusal(std::string_view name, const std::string& text, const Request& request = {}) {
  const auto result = try_import(name, text, request);
  const auto* why = std::get_if<profile::Diagnostic>(&result);
  return why == nullptr ? "it was imported" : why->to_string();
}

/// The system, read by the loader beside a profile of its own. Every variable is set, to a text.
inline profile::LoadResult load_system(const Imported& imported) {
  profile::Workspace work;
  work.request.environment = [](const std::string&) { return std::optional<std::string>("from-outside"); };
  work.write("systems/sys.yaml", imported.system);
  return work.load();
}

inline profile::System loaded_system(const Imported& imported) {
  profile::LoadResult result = load_system(imported);
  for (const profile::Diagnostic& d : result.diagnostics)
    ADD_FAILURE() << d.to_string() << "\n" << imported.system;
  return result.profile ? result.profile->system : profile::System{};
}

/// "POST /calls" of every request, in order.
inline std::vector<std::string> requests(const profile::System& system) {
  std::vector<std::string> out;
  for (const profile::HttpTask& task : system.api->tasks) {
    for (const profile::Step& step : task.steps) {
      if (step.kind == profile::Step::Kind::request)
        out.push_back(step.request.method + " " + step.request.path);
    }
  }
  return out;
}

/// The profile with the system that comes with it, read by the loader. Without one: the shipped systems.
inline profile::LoadResult load_profile_of(const Imported& imported) {
  profile::Workspace work;
  work.write("imported.yaml", imported.profile);
  if (!imported.system.empty()) work.write("systems/" + imported.system_name + ".yaml", imported.system);
  work.request.profile = (work.folder / "imported.yaml").string();
  work.request.folders.push_back(std::string(SOUNDCHECK_SOURCE_DIR) + "/profiles");
  return work.load();
}

inline profile::Profile loaded_profile(const Imported& imported) {
  profile::LoadResult result = load_profile_of(imported);
  for (const profile::Diagnostic& d : result.diagnostics)
    ADD_FAILURE() << d.to_string() << "\n" << imported.profile << imported.system;
  return result.profile ? *result.profile : profile::Profile{};
}

}  // namespace soundcheck::importer
