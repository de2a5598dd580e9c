// The result as the four CSV files that Locust writes, with its column names and units, so that scripts that
// read Locust's files read ours. Pure: the caller writes them.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "runner/report/result.hpp"

namespace soundcheck::report {

/// What stands behind the prefix of each file's name, and the text of the file.
using CsvFile = std::pair<std::string_view, std::string>;

inline constexpr std::array<std::string_view, 4> csv_suffixes{"_stats.csv", "_stats_history.csv",
                                                              "_failures.csv", "_exceptions.csv"};

/// In the order of the suffixes. Times are milliseconds, sizes bytes. `exceptions` are what went wrong on
/// this machine (failures at stage local); `failures` is everything else.
std::array<CsvFile, 4> to_csv(const RunResult& result);

}  // namespace soundcheck::report
