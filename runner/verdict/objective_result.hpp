// What became of the objectives: the level that each reached and the verdict over the whole run. Plain
// values, made by the functions of this folder, shown by the reporters; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/core/metric.hpp"

namespace soundcheck::verdict {

enum class Level : unsigned char { target, warning, critical, no_data };
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
  std::string unit;             ///< "s", "ratio", "bytes", "cores", "1/s"
  std::optional<double> value;  ///< in the unit; absent = no data
  std::uint64_t samples = 0;
  Level level = Level::no_data;
  std::string target_bound;   ///< as the user wrote it
  std::string warning_bound;  ///< may be empty
  std::string remark;  ///< why there is no data and what to do, or where the figure comes from; may be empty
};

/// A figure that may be missing, and then why, and what to do about it.
struct Figure {
  std::optional<double> value;
  std::string no_data;  ///< empty if there is a value
};

}  // namespace soundcheck::verdict
