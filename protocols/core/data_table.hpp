// Rows of test data from a CSV file (RFC 4180, with a header line) or a JSON array of objects. The file
// stands in memory once, mapped, with the offset of each row; a cell is read when somebody asks for it.
// Immutable; made on the control thread, shared by all users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/mapped_file.hpp"

namespace soundcheck::core {

/// What is wrong with a data file, and where.
struct DataMistake {
  std::uint64_t line = 0;  ///< from 1; 0: the file as a whole
  std::string text;
};
using DataMistakes = std::vector<DataMistake>;  ///< at least one, at most DataTable::most_mistakes

class DataTable {
 public:
  using Loaded = std::variant<std::shared_ptr<const DataTable>, DataMistakes>;

  /// A name that ends in .json means JSON, any other CSV.
  static Loaded load(const std::filesystem::path& path);
  static Loaded from_csv(std::string text);
  /// Values that are no texts become JSON text; a member that an object does not have is empty.
  static Loaded from_json(std::string_view text);

  const std::vector<std::string>& columns() const { return columns_; }
  std::optional<std::size_t> column(std::string_view name) const;
  /// At least 1.
  std::size_t rows() const { return offsets_.size(); }
  /// Adds the text of a cell to `out`. row < rows(), column < columns().size().
  void append(std::size_t row, std::size_t column, std::string& out) const;
  std::string cell(std::size_t row, std::size_t column) const;

  static constexpr std::size_t most_mistakes = 20;

 private:
  friend class CsvReader;
  std::shared_ptr<const MappedFile> file_;  ///< what text_ looks into, or null:
  std::string own_;                         ///< then this
  std::string_view text_;                   ///< CSV without the byte order mark
  std::vector<std::string> columns_;
  std::vector<std::uint64_t> offsets_;  ///< of each row in text_
};

/// Adds a field to a line of CSV, in quotes if it needs them (RFC 4180, 2.5 to 2.7).
void append_csv_field(std::string& out, std::string_view field);

}  // namespace soundcheck::core
