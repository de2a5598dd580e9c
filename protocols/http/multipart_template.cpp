#include "protocols/http/multipart_template.hpp"

#include "protocols/core/data_table.hpp"

namespace soundcheck::http {

namespace {

GeneratedRows rows_of(const RowsTemplate& made, const core::Variables& variables) {
  GeneratedRows out;
  out.rows = made.rows;
  for (const auto& [name, value] : made.columns) {
    if (!out.header.empty()) out.header += ',';
    core::append_csv_field(out.header, name);
  }
  out.header += '\n';
  out.append = [&made, own = variables.apart(made.place), cell = std::string()](std::string& text,
                                                                                std::uint64_t row) mutable {
    own.draw(row);
    own.set(made.index, std::to_string(row));
    bool first = true;
    for (const auto& [name, value] : made.columns) {
      if (!first) text += ',';
      first = false;
      cell.clear();
      value.render(own, cell);
      core::append_csv_field(text, cell);
    }
    text += '\n';
  };
  return out;
}

}  // namespace

std::unique_ptr<MultipartBody> make_body(const MultipartTemplate& body, const core::Variables& variables) {
  auto out = std::make_unique<MultipartBody>(body.boundary);
  for (const auto& part : body.parts) {
    if (const auto* field = std::get_if<FieldTemplate>(&part)) {
      out->add_field(field->name, field->value.render(variables));
    } else if (const auto* file = std::get_if<FileTemplate>(&part)) {
      out->add_file(file->part, file->file);
    } else {
      const auto& made = std::get<RowsTemplate>(part);
      out->add_rows(made.part, rows_of(made, variables));
    }
  }
  out->finish();
  return out;
}

}  // namespace soundcheck::http
