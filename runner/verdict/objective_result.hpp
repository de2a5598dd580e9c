// What became of the objectives: the level that each reached and the verdict over the whole run. Plain
// values, made by the functions of this folder, shown by the reporters; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/trend/point.hpp"

namespace soundcheck::verdict {

/// What a level means for the verdict. The user may have other names for it (ObjectiveResult::level_name).
enum class Level : unsigned char {
  target,    // the best level
  warning,   // one of the others that has a bound
  critical,  // no bound holds
  no_data,
};
enum class Verdict : unsigned char { pass, warn, fail, invalid, no_data };

constexpr std::string_view to_string(Level level) {
  constexpr std::string_view names[]{"target", "warning", "critical", "no_data"};
  return names[static_cast<std::size_t>(level)];
}
constexpr std::string_view to_string(Verdict verdict) {
  constexpr std::string_view names[]{"pass", "warn", "fail", "invalid", "no_data"};
  return names[static_cast<std::size_t>(verdict)];
}

struct ObjectiveResult {
  std::string name;
  std::string metric;
  std::string aggregation;
  std::optional<core::Subsystem> subsystem;  ///< absent for objectives on the target's process
  std::optional<std::string> task;
  std::optional<std::string> tag;
  std::optional<double> over_seconds;    ///< of the windows of which the worst one counts
  bool stability = false;                ///< the value is that of the last third / that of the first
  std::string unit;                      ///< "s", "ratio", "bytes", "cores", "1/s", "bytes/h"
  std::optional<double> value;           ///< in the unit; absent = no data
  std::optional<trend::Interval> range;  ///< of a growth an hour: holds the true value, 99 % sure
  std::uint64_t samples = 0;
  Level level = Level::no_data;
  std::string level_name = "no_data";  ///< as the user calls it; cannot_tell: the range allows several
  std::vector<std::pair<std::string, std::string>> bounds;  ///< name and bound of each level, best first
  std::string worst;                                        ///< name of the level when no bound holds
  std::string remark;  ///< why there is no data and what to do, or where the figure comes from; may be empty
};

/// A figure that may be missing, and then why, and what to do about it.
struct Figure {
  std::optional<double> value;
  std::string no_data;  ///< empty if there is a value
};

}  // namespace soundcheck::verdict
