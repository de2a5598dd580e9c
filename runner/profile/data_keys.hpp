// The key `data` of an API: files whose rows users take in turn. The files are read, whole, when the system
// is: what is wrong with them is reported with all other mistakes. Control thread only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/profile/api_system.hpp"
#include "runner/profile/object.hpp"
#include "runner/profile/variables.hpp"

namespace soundcheck::profile {

/// Names of data files to where they are and how their rows are taken.
struct DataMap {
  using Result = std::vector<DataSource>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// A file that `node` names: absolute, beside the file in which the name is written, or in `data` there or
/// one folder above. Reports that there is none, and where it was looked for.
std::optional<std::filesystem::path> find_beside(const Value& node, Mistakes& mistakes);

/// Adds what the files give: "contacts.phone". Of a file that could not be read, every column is taken for
/// known.
void add_columns(const std::vector<DataSource>& data, Names& known);

}  // namespace soundcheck::profile
