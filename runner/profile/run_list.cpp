#include "runner/profile/run_list.hpp"

#include <chrono>

#include "runner/profile/files.hpp"
#include "runner/profile/mistakes.hpp"
#include "runner/profile/types.hpp"

namespace soundcheck::profile {

namespace fs = std::filesystem;

namespace {

using namespace std::chrono_literals;

Object<RunList> declare_run_list() {
  return Object<RunList>()
      .optional("description", name_text(), &RunList::description, "what the list is for, shown by --list")
      .required("run", List{name_text()}, &RunList::runs,
                "the profiles, in their order: names as --profile takes them, or paths relative to this file "
                "that end in .yaml")
      .with_default("pause", DurationText{0s, 24h}, &RunList::pause, "0s",
                    "how long the target rests between two runs");
}

bool is_list(const Value& document) { return document.find("run") != nullptr; }

/// Each must be there, and must be a profile. Paths become relative to where the program runs.
void find_runs(const Value& node, const fs::path& file, const Search& search, RunList& list,
               Mistakes& mistakes) {
  Search beside = search;
  beside.base = file.parent_path();
  for (std::size_t i = 0; i < list.runs.size() && i < node.items.size(); ++i) {
    const Value& item = node.items[i];
    if (item.kind != Value::Kind::scalar || list.runs[i].empty()) continue;
    const auto found = find_file(beside, item, mistakes);
    if (!found) continue;
    Mistakes ignored;  // of the profile itself: they are said when it is loaded
    const auto document = read_document(*found, search, ignored);
    if (document && is_list(*document))
      mistakes.report(item, "a list of runs cannot run another list", "write the profiles of that list here");
    if (item.text.ends_with(".yaml") || item.text.ends_with(".yml")) list.runs[i] = found->string();
  }
}

}  // namespace

const Object<RunList>& run_list_object() {
  static const Object<RunList> object = declare_run_list();
  return object;
}

RunListResult load_run_list(const std::string& name, const std::vector<fs::path>& folders) {
  const Search search{"profile", {}, folders};
  Mistakes unsaid;
  const auto file = find_file(search, Value::scalar(name, {}), unsaid);
  if (!file) return {};
  auto document = read_document(*file, search, unsaid);
  if (!document || !is_list(*document)) return {};
  label_paths(*document, "");
  Mistakes mistakes;
  auto list = run_list_object().read(mistakes, *document);
  if (list) {
    find_runs(*document->find("run"), *file, search, *list, mistakes);
    list->name = name.ends_with(".yaml") || name.ends_with(".yml") ? file->stem().string() : name;
  }
  RunListResult result{std::nullopt, mistakes.take()};
  if (result.diagnostics.empty()) result.list = std::move(list);
  return result;
}

}  // namespace soundcheck::profile
