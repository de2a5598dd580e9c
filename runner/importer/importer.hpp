// From what other tools write to our files: a curl command, a HAR recording, an OpenAPI document or a Postman
// collection becomes a system, k6 options and Locust command lines become a profile. Text in, text out; what
// could not be carried over is listed. Pure; control thread only.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/importer/document.hpp"
#include "runner/profile/load.hpp"

namespace soundcheck::importer {

/// What the user decides.
struct Request {
  std::string name = "imported";       ///< of the files that will be written
  std::string system = "phone_agent";  ///< k6 and locust: what the profile's load is put on
  std::string only;                    ///< only requests whose path or name holds this text; empty: all
};

struct Imported {
  std::string system;               ///< text of the system file; empty if there is none
  std::string profile;              ///< text of the profile; empty if there is none
  std::string system_name;          ///< of a system beside a profile
  std::vector<std::string> lost;    ///< what was not carried over; stands in the files, too
  std::vector<std::string> needed;  ///< variables that must be set before a run
  std::string target;               ///< where the requests went; empty if unknown
  std::string arguments;  ///< of run_load_tests, beside the files and the target, with a space in front
};

struct Format {
  std::string_view name;                               ///< "curl"
  std::string_view what;                               ///< for help, "a curl command line"
  bool profile = false;                                ///< writes a profile, else a system
  Imported (*convert)(const Source&, const Request&);  ///< throws Refusal
};

const std::vector<Format>& formats();
/// Nothing that a document can hold makes it throw. The diagnostic says what is wrong with the document,
/// where.
std::variant<Imported, profile::Diagnostic> import_document(const Format& format, const Source& source,
                                                            const Request& request);

/// The formats, each in a file of its own.
Imported import_curl(const Source& source, const Request& request);
Imported import_har(const Source& source, const Request& request);
Imported import_openapi(const Source& source, const Request& request);
Imported import_postman(const Source& source, const Request& request);
Imported import_k6(const Source& source, const Request& request);
Imported import_locust(const Source& source, const Request& request);

}  // namespace soundcheck::importer
