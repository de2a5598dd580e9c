// What the scripts of a Postman request say in the few forms that nearly all of them have: expected statuses
// and values, values kept as variables. The scripts are not run; other statements are given back as they are.
// Pure.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace soundcheck::importer {

struct ScriptFacts {
  std::vector<int> status;
  bool any_success = false;   ///< any status from 200 to 299
  std::int64_t below_ms = 0;  ///< the longest response time; 0: none is said
  std::vector<std::pair<std::string, boost::json::value>> expects;  ///< JSON Pointer, value
  std::vector<std::pair<std::string, std::string>> extracts;        ///< variable, JSON Pointer
  std::vector<std::string> lost;                                    ///< statements
};

ScriptFacts read_postman_script(const std::vector<std::string>& lines);

}  // namespace soundcheck::importer
