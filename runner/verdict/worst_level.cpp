#include "runner/verdict/worst_level.hpp"

#include <algorithm>
#include <vector>

namespace soundcheck::verdict {

namespace {

std::vector<std::string> names_of(const ObjectiveResult& objective) {
  std::vector<std::string> names;
  for (const auto& [name, bound] : objective.bounds) names.push_back(name);
  names.push_back(objective.worst);
  return names;
}

}  // namespace

int severity(Level level) {
  switch (level) {
    case Level::target:
      return 0;
    case Level::warning:
      return 1;
    case Level::no_data:
      return 2;
    case Level::critical:
      return 3;
  }
  return 3;
}

std::string common_level(std::span<const ObjectiveResult> objectives) {
  if (objectives.empty()) return {};
  const std::vector<std::string> names = names_of(objectives.front());
  if (names.front() == "target") return {};
  std::size_t worst = 0;
  for (const ObjectiveResult& objective : objectives) {
    if (names_of(objective) != names || !objective.value) return {};
    const auto reached = std::find(names.begin(), names.end(), objective.level_name);
    worst = std::max(worst, static_cast<std::size_t>(reached - names.begin()));
  }
  return worst < names.size() ? names[worst] : std::string();
}

}  // namespace soundcheck::verdict
