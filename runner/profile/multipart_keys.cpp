#include "runner/profile/multipart_keys.hpp"

#include <utility>

#include <fmt/format.h>

#include "runner/profile/data_keys.hpp"
#include "runner/profile/types.hpp"

namespace soundcheck::profile {

namespace {

using Json = boost::json::object;

std::optional<std::string> has_variable(const std::string& text) {
  if (text.find("{{") == std::string::npos) return std::nullopt;
  return "names of parts, files and their types hold no variables";
}

Text plain_text() { return {"text", "", has_variable}; }

/// Names of columns to templates.
struct ColumnMap {
  using Result = std::vector<std::pair<std::string, std::string>>;
  TypeInfo describe() const {
    return {"map of texts",
            "keys are names of columns",
            {{"type", "object"},
             {"minProperties", 1},
             {"additionalProperties", Json{{"type", boost::json::array{"string", "number", "boolean"}}}}},
            nullptr,
            false};
  }
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const {
    if (!expect_kind(node, Value::Kind::map, mistakes)) return std::nullopt;
    if (node.entries.empty())
      mistakes.report(node, "there are no columns", "write for example {name: \"{{random_name()}}\"}");
    Result out;
    for (const Value::Entry& entry : node.entries) {
      if (expect_kind(entry.value, Value::Kind::scalar, mistakes))
        out.emplace_back(entry.key, entry.value.text);
    }
    return out;
  }
};

Object<GeneratedFile> generated_file() {
  return Object<GeneratedFile>()
      .required("rows", Count{1, 10'000'000}, &GeneratedFile::rows,
                "how many, below a line with the columns' names")
      .required("columns", ColumnMap{}, &GeneratedFile::columns,
                "what stands in each column: templates, made anew for each row; {{index}} is the row's "
                "number, from 0");
}

void check_part(const Value& node, Part& part, Mistakes& mistakes) {
  if (const Value* file = node.find("file"); file != nullptr && !part.file.empty()) {
    if (const auto path = find_beside(*file, mistakes)) {
      auto opened = core::MappedFile::open(*path);
      if (auto* why = std::get_if<std::string>(&opened)) {
        mistakes.report(*file, std::move(*why));
      } else {
        part.content = std::get<std::shared_ptr<const core::MappedFile>>(std::move(opened));
        if (part.filename.empty()) part.filename = path->filename().string();
      }
    }
  }
  if (part.generate && part.filename.empty()) part.filename = part.name + ".csv";
  if (!part.value) return;
  for (const char* key : {"filename", "content_type"}) {
    if (const Value* extra = node.find(key))
      mistakes.report(*extra, "a part with a value is no file", "leave it out, or use file or generate");
  }
}

}  // namespace

const Object<Part>& part_object() {
  static const Object<Part> object =
      Object<Part>()
          .required("name", plain_text(), &Part::name, "of the field")
          .optional(
              "value", Text{}, [](Part& part, std::string value) { part.value = std::move(value); },
              "a field with this value; may hold {{variables}}")
          .optional("file", name_text(), &Part::file,
                    "a file, sent as it is: beside this file, in the folder data there, or one folder above")
          .optional(
              "generate", generated_file(),
              [](Part& part, GeneratedFile rows) { part.generate = std::move(rows); },
              "a CSV file that is made up while it is sent, another one for each request")
          .optional("filename", plain_text(), &Part::filename,
                    "the file's name for the target; without it that of the file, or of the field with .csv")
          .optional("content_type", plain_text(), &Part::content_type,
                    "of the file; without it by the ending of its name")
          .exactly_one_of({"value", "file", "generate"})
          .check(check_part);
  return object;
}

const Object<StreamRule>& stream_object() {
  static const Object<StreamRule> object =
      Object<StreamRule>()
          .optional(
              "token", json_pointer(),
              [](StreamRule& rule, std::string text) { rule.token = std::move(text); },
              "where an event's data holds the token, for example `/choices/0/delta/content`; without it all "
              "of an "
              "event's data is a token")
          .optional(
              "until", name_text(), [](StreamRule& rule, std::string text) { rule.until = std::move(text); },
              "the data of the event that ends the stream, for example `\"[DONE]\"`; without it its end "
              "does");
  return object;
}

}  // namespace soundcheck::profile
