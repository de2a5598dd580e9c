// The object literal of `options` in a k6 script, without running the script. Values that are code stay text
// and are marked broken; a literal behind || or ?? is taken as the value. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/importer/document.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::importer {

struct Script {
  std::optional<profile::Value> options;  ///< nothing if the script has none
  std::vector<int> requests;              ///< lines of calls such as http.get(
  std::vector<std::string> functions;     ///< exported: default, setup, handleSummary
  std::vector<std::string> guessed;       ///< "options.vus: `__ENV.VUS || 10` is code, 10 is taken"
};

/// Refuses an object that is cut off or broken.
Script read_script(const Source& source);

}  // namespace soundcheck::importer
