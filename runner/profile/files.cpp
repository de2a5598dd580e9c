#include "runner/profile/files.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runner/profile/load_models.hpp"
#include "runner/profile/nearest.hpp"
#include "runner/profile/yaml.hpp"

namespace soundcheck::profile {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_file_size = 1'000'000;

bool is_path(const std::string& text) { return text.ends_with(".yaml") || text.ends_with(".yml"); }

bool is_there(const fs::path& file) {
  std::error_code error;
  return fs::exists(file, error);
}

std::optional<std::string> read_text(const fs::path& file, Mistakes& mistakes) {
  const Origin origin{file.string(), 0, 0};
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    mistakes.report_file(origin, "", "this is not a file", "name a .yaml file");
    return std::nullopt;
  }
  if (fs::file_size(file, error) > max_file_size || error) {
    mistakes.report_file(origin, "", "the file is too large for a profile", "the limit is 1 MB");
    return std::nullopt;
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || in.bad()) {
    mistakes.report_file(origin, "", "the file cannot be read", "check its permissions");
    return std::nullopt;
  }
  return text.str();
}

/// Reads a file and what it extends, knowing which files are being read already.
class ExtendingReader {
 public:
  ExtendingReader(const Search& search, Mistakes& mistakes) : search_(search), mistakes_(mistakes) {}

  std::optional<Value> read(const fs::path& file) {
    open_.push_back(fs::weakly_canonical(file));
    std::optional<Value> document = read_one(file);
    open_.pop_back();
    return document;
  }

 private:
  std::optional<Value> read_one(const fs::path& file) {
    const auto text = read_text(file, mistakes_);
    if (!text) return std::nullopt;
    std::optional<Value> document = parse_yaml(*text, file.string(), mistakes_);
    if (!document || document->find("extends") == nullptr) return document;
    Value extends = *document->find("extends");
    std::erase_if(document->entries, [](const Value::Entry& e) { return e.key == "extends"; });
    if (extends.kind != Value::Kind::scalar) {
      mistakes_.report(extends, fmt::format("the name of a {} is expected here", search_.kind));
      return std::nullopt;
    }
    Search beside = search_;
    beside.base = file.parent_path();
    beside.folders.insert(beside.folders.begin(), beside.base);
    const auto parent = find_file(beside, extends, mistakes_);
    if (!parent) return std::nullopt;
    if (std::find(open_.begin(), open_.end(), fs::weakly_canonical(*parent)) != open_.end()) {
      std::vector<std::string> names;
      for (const fs::path& p : open_) names.push_back(p.stem().string());
      names.push_back(parent->stem().string());
      mistakes_.report(extends, fmt::format("extends runs in a circle: {}", fmt::join(names, " -> ")));
      return std::nullopt;
    }
    std::optional<Value> base = read(*parent);
    if (!base) return std::nullopt;
    drop_rivals(*base, *document);
    merge(*base, *document);
    return base;
  }

  const Search& search_;
  Mistakes& mistakes_;
  std::vector<fs::path> open_;
};

/// The name may be right, but for its folder: "spike" is "shapes/spike".
std::string hint_for(const std::string& text, const std::vector<std::string>& names) {
  std::vector<std::string> in_folders;
  for (const std::string& name : names) {
    if (name.ends_with("/" + text)) in_folders.push_back(fmt::format("\"{}\"", name));
  }
  if (!in_folders.empty()) return fmt::format("did you mean {}?", fmt::join(in_folders, " or "));
  return nearest_hint(text, names, "run_load_tests --list shows them");
}

}  // namespace

std::optional<fs::path> find_file(const Search& search, const Value& asked, Mistakes& mistakes) {
  const std::string& text = asked.text;
  if (is_path(text)) {
    const fs::path file = (search.base / text).lexically_normal();
    if (is_there(file)) return file;
    mistakes.report(asked, fmt::format("there is no such {} file", search.kind),
                    search.base.empty() ? "" : fmt::format("looked in {}", search.base.string()));
    return std::nullopt;
  }
  for (const fs::path& folder : search.folders) {
    const fs::path file = folder / fmt::format("{}.yaml", text);
    if (!text.empty() && is_there(file)) return file;
  }
  std::vector<std::string> names;
  for (const NamedFile& named : list_files(search.folders)) names.push_back(named.name);
  mistakes.report(asked, fmt::format("there is no such {}", search.kind), hint_for(text, names));
  return std::nullopt;
}

std::optional<Value> read_document(const fs::path& file, const Search& search, Mistakes& mistakes) {
  return ExtendingReader(search, mistakes).read(file);
}

std::vector<NamedFile> list_files(const std::vector<fs::path>& folders) {
  std::map<std::string, fs::path> found;
  for (const fs::path& folder : folders) {
    std::error_code error;
    for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::end(it);
         it.increment(error)) {
      const std::string leaf = it->path().filename().string();
      if (it->is_directory(error) && (leaf == "systems" || leaf == "schema")) it.disable_recursion_pending();
      if (it->path().extension() != ".yaml" || !it->is_regular_file(error)) continue;
      fs::path name = it->path().lexically_relative(folder);
      name.replace_extension();
      found.emplace(name.string(), it->path());
    }
  }
  std::vector<NamedFile> out;
  for (auto& [name, file] : found) out.push_back({name, file});
  return out;
}

}  // namespace soundcheck::profile
