// What the monitors saw, in each format. Pure.
#pragma once

#include <string>

#include "runner/report/json_writer.hpp"
#include "runner/report/paint.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::report {

/// The member "monitors" of the result.
void write_monitors(JsonWriter& json, const RunResult& result);

/// A block with first, last, min, max and mean of each series; empty if the system has no monitors.
std::string monitors_block(const RunResult& result, const Paint& paint);
/// Our own process over the run, in one line; empty if it was not watched.
std::string own_house(const RunResult& result);

/// Of the HTML report: the charts of each monitor, and what it could not see; empty without monitors.
std::string monitors_section(const RunResult& result);

}  // namespace soundcheck::report
