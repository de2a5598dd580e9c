// Finds and reads the files of profiles and systems, and follows `extends`. Control thread only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/profile/mistakes.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// What a name means: a NAME is NAME.yaml in one of `folders`, in their order. A text that ends in .yaml or
/// .yml is a path, relative to `base`.
struct Search {
  std::string kind;  ///< "profile" or "system", for messages
  std::filesystem::path base;
  std::vector<std::filesystem::path> folders;
};

/// The file, or a mistake (with the nearest name) at `asked`.
std::optional<std::filesystem::path> find_file(const Search& search, const Value& asked, Mistakes& mistakes);

/// The document with everything it extends merged below it and the key `extends` removed. Nothing if one of
/// the files cannot be read; the mistakes say why. `extends` takes names beside the extending file, too.
std::optional<Value> read_document(const std::filesystem::path& file, const Search& search,
                                   Mistakes& mistakes);

/// NAME and file of every document in the folders, sorted by name. The first folder that holds a name wins.
/// Folders called "systems" and "schema" are left out.
struct NamedFile {
  std::string name;
  std::filesystem::path file;
};
std::vector<NamedFile> list_files(const std::vector<std::filesystem::path>& folders);

}  // namespace soundcheck::profile
