// A multipart body as the plan knows it: texts that may hold variables, files, and columns of which rows are
// made up. Immutable, shared between shards; make_body gives each request its own body of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/core/mapped_file.hpp"
#include "protocols/core/text_template.hpp"
#include "protocols/http/multipart.hpp"

namespace soundcheck::http {

/// A field with a value.
struct FieldTemplate {
  std::string name;
  core::TextTemplate value;
};

struct FileTemplate {
  FilePart part;
  std::shared_ptr<const core::MappedFile> file;
};

/// So many rows below a line with the names of the columns. In the columns {{index}} is the number of the
/// row.
struct RowsTemplate {
  FilePart part;
  std::uint64_t rows = 0;
  std::vector<std::pair<std::string, core::TextTemplate>> columns;
  core::Slot index = 0;
  std::uint32_t place = 0;  ///< from VariableTable::new_place(): two parts make up different rows
};

struct MultipartTemplate {
  std::string boundary;
  std::vector<std::variant<FieldTemplate, FileTemplate, RowsTemplate>> parts;

  std::string content_type() const { return "multipart/form-data; boundary=" + boundary; }
};

/// The body for these variables. The template outlives it.
std::unique_ptr<MultipartBody> make_body(const MultipartTemplate& body, const core::Variables& variables);

}  // namespace soundcheck::http
