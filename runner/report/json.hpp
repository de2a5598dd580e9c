// The result as JSON, for scripts and for later comparison. Keys keep their order and their meaning within
// one schema_version; durations are seconds, sizes bytes, ratios plain numbers. Pure.
#pragma once

#include <string>

#include "runner/report/json_writer.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::report {

std::string to_json(const RunResult& result);
/// The same as an element of something larger.
void write_json(JsonWriter& json, const RunResult& result);

}  // namespace soundcheck::report
