#include "runner/profile/data_keys.hpp"

#include <array>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "runner/profile/types.hpp"

namespace soundcheck::profile {

namespace fs = std::filesystem;

namespace {

void load_table(const Value& node, DataSource& source, Mistakes& mistakes) {
  const Value* file = node.find("file");
  if (file == nullptr || source.file.empty()) return;
  const auto path = find_beside(*file, mistakes);
  if (!path) return;
  auto loaded = core::DataTable::load(*path);
  if (auto* wrong = std::get_if<core::DataMistakes>(&loaded)) {
    for (core::DataMistake& mistake : *wrong) {
      if (mistake.line == 0) {
        mistakes.report(*file, std::move(mistake.text));
      } else {
        mistakes.report_file({path->string(), static_cast<int>(mistake.line), 0}, file->path,
                             std::move(mistake.text));
      }
    }
    return;
  }
  source.table = std::get<std::shared_ptr<const core::DataTable>>(std::move(loaded));
}

const Object<DataSource>& data_source() {
  static const Object<DataSource> object =
      Object<DataSource>()
          .required("file", name_text(), &DataSource::file,
                    "a CSV file with a header line, or a JSON array of objects (.json): beside this file, in "
                    "the folder "
                    "data there, or one folder above")
          .with_default(
              "order", Choice{{"circular", "random", "unique"}}, &DataSource::order, "circular",
              "`circular`: one row after the other, and from the beginning again; `random`: any row; "
              "`unique`: each row once in the whole run, and users for whom none is left end")
          .check(load_table);
  return object;
}

}  // namespace

TypeInfo DataMap::describe() const {
  TypeInfo info = data_source().describe();
  info.name = "map of maps";
  info.range = "keys are names, for {{name.column}}";
  info.schema = {{"type", "object"}, {"additionalProperties", data_source().shape().schema(true)}};
  return info;
}

std::optional<DataMap::Result> DataMap::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::map, mistakes)) return std::nullopt;
  Result out;
  for (const Value::Entry& entry : node.entries) {
    if (!is_variable_name(entry.key)) {
      mistakes.report_key(entry, "the name of a data file is letters, digits and underscores",
                          "write for example contacts: {file: contacts.csv}");
    }
    auto source = data_source().read(mistakes, entry.value);
    if (!source) continue;
    source->name = entry.key;
    out.push_back(std::move(*source));
  }
  return out;
}

std::optional<fs::path> find_beside(const Value& node, Mistakes& mistakes) {
  const fs::path asked = node.text;
  const bool from_file = node.origin.file != command_line;
  const fs::path base = from_file ? fs::path(node.origin.file).parent_path() : fs::path();
  const std::array<fs::path, 3> places{base / asked, base / "data" / asked, base / ".." / "data" / asked};
  std::error_code error;
  for (const fs::path& place : places) {
    if (fs::exists(place, error)) return place.lexically_normal();
  }
  const std::string folder = base.empty() ? "the working folder" : base.string();
  mistakes.report(
      node, "there is no such file",
      asked.is_absolute() ? "" : fmt::format("looked in {0}, in its folder data and in ../data", folder));
  return std::nullopt;
}

void add_columns(const std::vector<DataSource>& data, Names& known) {
  for (const DataSource& source : data) {
    if (!source.table) {
      known.insert(source.name + ".*");
      continue;
    }
    for (const std::string& column : source.table->columns())
      known.insert(fmt::format("{}.{}", source.name, column));
  }
}

}  // namespace soundcheck::profile
