// Which level of an objective a value reaches. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>

#include "runner/profile/objective.hpp"

namespace soundcheck::verdict {

inline bool holds(const profile::Bound& bound, double value) {
  switch (bound.op) {
    case profile::Bound::Op::less:
      return value < bound.value;
    case profile::Bound::Op::less_equal:
      return value <= bound.value;
    case profile::Bound::Op::greater:
      return value > bound.value;
    case profile::Bound::Op::greater_equal:
      return value >= bound.value;
  }
  return false;
}

/// Index of the best level whose bound holds; nothing if none does.
inline std::optional<std::size_t> level_reached(const profile::Objective& objective, double value) {
  for (std::size_t i = 0; i < objective.levels.size(); ++i) {
    if (holds(objective.levels[i].bound, value)) return i;
  }
  return std::nullopt;
}

}  // namespace soundcheck::verdict
