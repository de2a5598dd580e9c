#include "runner/importer/importer.hpp"

#include <fmt/format.h>

namespace soundcheck::importer {

namespace {

/// What the loader takes.
constexpr std::size_t max_system = 1'000'000;

}  // namespace

const std::vector<Format>& formats() {
  static const std::vector<Format> all{
      {"curl", "curl command lines, as they are typed or copied from a browser", false, import_curl},
      {"har", "a recording of a browser (HAR 1.2)", false, import_har},
      {"openapi", "an OpenAPI 3 or Swagger 2 document, JSON or YAML", false, import_openapi},
      {"postman", "a Postman collection (v2.0 or v2.1)", false, import_postman},
      {"k6", "the options of a k6 script", true, import_k6},
      {"locust", "a Locust command line", true, import_locust}};
  return all;
}

std::variant<Imported, profile::Diagnostic> import_document(const Format& format, const Source& source,
                                                            const Request& request) {
  try {
    check_text(source);
    Imported imported = format.convert(source, request);
    if (imported.system.size() > max_system) {
      refuse(source, "",
             fmt::format("the system file would have {} MB, the limit is 1 MB",
                         imported.system.size() / 1'000'000),
             "--only TEXT takes only what holds the text in its path or name");
    }
    return imported;
  } catch (const Refusal& refusal) {
    return refusal.why;
  }
}

}  // namespace soundcheck::importer
