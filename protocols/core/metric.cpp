#include "protocols/core/metric.hpp"

namespace soundcheck::core {

std::optional<Metric> metric_from_string(std::string_view name) {
  for (std::size_t i = 0; i < metric_count; ++i) {
    if (info(static_cast<Metric>(i)).name == name) return static_cast<Metric>(i);
  }
  return std::nullopt;
}

std::optional<Subsystem> subsystem_from_string(std::string_view name) {
  for (Subsystem s : all_subsystems) {
    if (to_string(s) == name) return s;
  }
  return std::nullopt;
}

}  // namespace soundcheck::core
