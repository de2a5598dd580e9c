#include "runner/importer/profile_draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "runner/importer/yaml_text.hpp"

namespace soundcheck::importer {

namespace json = boost::json;

namespace {

std::string top(const ProfileDraft& draft, std::string_view format) {
  std::string out = fmt::format(
      "# Written by `run_load_tests import {}`. docs/profile_reference.md explains the keys.\n", format);
  if (!draft.lost.empty()) out += "#\n# Not carried over, or made up:\n";
  for (const std::string& lost : draft.lost) out += fmt::format("#   - {}\n", lost);
  return out;
}

std::string entry(std::string_view key, std::string_view text) {
  return fmt::format("{}: {}\n", key, yaml_text(text));
}

/// Each key on a line of its own, and each stage.
std::string keys_text(const json::object& keys, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  for (const auto& [key, value] : keys) {
    if (key != "stages") {
      out += yaml_entry(key, value, indent);
      continue;
    }
    out += margin + "stages:\n";
    for (const json::value& stage : value.get_array()) out += yaml_item(stage, indent + 2);
  }
  return out;
}

/// Below a key, or in a list of workloads.
std::string load_text(const LoadDraft& load) {
  if (load.name.empty()) return "api:\n" + keys_text(load.keys, 2);
  return fmt::format("  - name: {}\n    api:\n{}", yaml_text(load.name), keys_text(load.keys, 6));
}

std::string profile_text(const ProfileDraft& draft, std::string_view format, const std::string& system) {
  std::string out = top(draft, format) + entry("description", draft.description);
  out += "# What is called, and what counts as good.\n" + entry("system", system);
  if (draft.duration > profile::Duration::zero()) out += entry("duration", profile::to_text(draft.duration));
  if (draft.drain > profile::Duration::zero())
    out +=
        "# How long the end waits for tasks in progress.\n" + entry("drain", profile::to_text(draft.drain));
  out += '\n';
  if (draft.loads.size() > 1 || !draft.loads.front().name.empty()) out += "workloads:\n";
  for (const LoadDraft& load : draft.loads) out += load_text(load);
  return out;
}

std::string system_text(const ProfileDraft& draft, std::string_view format, const std::string& base) {
  std::string out = fmt::format(
      "# Written by `run_load_tests import {}`: the thresholds, instead of the objectives of {}.\n", format,
      base);
  out += entry("extends", base) + "\nobjectives:\n";
  for (const json::object& objective : draft.objectives) {
    std::string_view margin = "  - ";
    for (const auto& [key, value] : objective) {
      out += std::string(margin) + yaml_entry(key, value, 0);
      margin = "    ";
    }
  }
  return out;
}

}  // namespace

void lose(ProfileDraft& draft, std::string what) {
  std::replace_if(
      what.begin(), what.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  if (std::find(draft.lost.begin(), draft.lost.end(), what) == draft.lost.end())
    draft.lost.push_back(std::move(what));
}

Imported finish(const ProfileDraft& draft, std::string_view format, const Request& request) {
  Imported imported;
  imported.lost = draft.lost;
  std::string system = request.system;
  if (!draft.objectives.empty()) {
    imported.system_name = request.name + "_objectives";
    imported.system = system_text(draft, format, request.system);
    system = fmt::format("systems/{}.yaml", imported.system_name);
  }
  imported.profile = profile_text(draft, format, system);
  return imported;
}

}  // namespace soundcheck::importer
