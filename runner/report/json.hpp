// The result as JSON, for scripts and for later comparison. Keys keep their order and their meaning within
// one schema_version; durations are seconds, sizes bytes, ratios plain numbers. Pure.
#pragma once

#include <string>

#include "runner/report/result.hpp"

namespace soundcheck::report {

std::string to_json(const RunResult& result);

}  // namespace soundcheck::report
