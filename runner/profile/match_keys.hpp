// Keys of a check that answers and messages share, and limits that several parts of a system use. For the
// declarations (runner/profile/*_keys.cpp) only.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "runner/profile/types.hpp"

namespace soundcheck::profile {

inline const DurationText timeout_text{std::chrono::nanoseconds(1), std::chrono::minutes(10)};
inline const PauseText pause_text{std::chrono::hours(1)};

/// Adds "this exists" to the checks of a `json_exists` list.
struct PointerList {
  using Result = std::vector<JsonCheck>;
  TypeInfo describe() const { return List{json_pointer()}.describe(); }
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const {
    const auto pointers = List{json_pointer()}.read(mistakes, node);
    if (!pointers) return std::nullopt;
    Result checks;
    for (const std::string& pointer : *pointers) checks.push_back({pointer, std::nullopt});
    return checks;
  }
};

/// `json` and `json_exists` fill the same list.
template <class T>
void append_checks(T& owner, std::vector<JsonCheck> more) {
  owner.json.insert(owner.json.end(), more.begin(), more.end());
}

}  // namespace soundcheck::profile
