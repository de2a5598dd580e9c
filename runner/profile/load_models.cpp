#include "runner/profile/load_models.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace soundcheck::profile {

namespace {

/// Three ways to say how much: a number of users, a rate of arrivals, stages of either.
constexpr std::array<std::string_view, 6> closed_keys{"users",        "spawn_rate", "connections",
                                                      "connect_rate", "calls",      "call_rate"};
constexpr std::array<std::string_view, 1> open_keys{"rate"};
constexpr std::array<std::string_view, 1> stage_keys{"stages"};
/// Go with one model only; of the other two ways, either may be of it.
constexpr std::array<std::string_view, 1> closed_only{"pacing"};
constexpr std::array<std::string_view, 2> open_only{"arrivals", "max_in_progress"};

bool holds(std::span<const std::string_view> keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

bool is_load(std::string_view key) { return key == "api" || key == "websocket" || key == "ai_pipeline"; }

void drop_rivals(Value& load, std::string_view key) {
  const bool closed = holds(closed_keys, key);
  const bool open = holds(open_keys, key);
  const bool stages = holds(stage_keys, key);
  if (!closed && !open && !stages) return;
  std::erase_if(load.entries, [&](const Value::Entry& entry) {
    return (!closed && holds(closed_keys, entry.key)) || (!open && holds(open_keys, entry.key)) ||
           (!stages && holds(stage_keys, entry.key)) || (open && holds(closed_only, entry.key)) ||
           (closed && holds(open_only, entry.key));
  });
}

void drop_rivals(Value& profile, const Value& over) {
  for (const Value::Entry& entry : over.entries) {
    Value* load = is_load(entry.key) ? profile.find(entry.key) : nullptr;
    if (load == nullptr) continue;
    for (const Value::Entry& key : entry.value.entries) drop_rivals(*load, key.key);
  }
}

}  // namespace soundcheck::profile
