// A result that an earlier run wrote as JSON, as far as comparing runs and a history need it. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "runner/compare/measurement.hpp"

namespace soundcheck::report {

struct StoredResult {
  std::string path;
  std::string version, commit;  ///< of Soundcheck
  std::string profile_name, profile_hash, system_name, target_url;
  std::string started_at;  ///< RFC 3339, UTC
  std::string verdict;
  int exit_code = 0;
  bool partial = false;
  double actual_seconds = 0;
  std::map<std::string, compare::Measurement> figures;  ///< empty: written by a version that kept none
};

/// `text` is what the file at `path` holds. The error says what is wrong with it, and begins with the path.
std::variant<StoredResult, std::string> read_stored_result(std::string path, std::string_view text);

}  // namespace soundcheck::report
