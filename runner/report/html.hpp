// The result as one HTML page for people: verdict, figures, charts, tables, how it was run. One file without
// scripts that needs no network; light or dark as the reader's system is. Pure.
#pragma once

#include <string>

#include "runner/report/result.hpp"

namespace soundcheck::report {

std::string to_html(const RunResult& result);

}  // namespace soundcheck::report
