// What was judged over time in the JSON result: degradation and leaks. Pure.
#pragma once

#include <vector>

#include "runner/report/json_writer.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::report {

/// The member "degradation".
void write_degradation(JsonWriter& json, const std::vector<DegradationResult>& results);
/// The member "leaks".
void write_leaks(JsonWriter& json, const std::vector<LeakResult>& leaks);

}  // namespace soundcheck::report
