// The keys of a load that exclude each other: its model can be written in one way only. What `extends` or the
// command line brings therefore pushes out what was there. Pure; control thread only.
#pragma once

#include <string_view>

#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// True for the keys under which a load stands: api, websocket, ai_pipeline.
bool is_load(std::string_view key);

/// Removes from a load what cannot stand beside `key`: users beside rate or stages, and so on. Nothing if
/// `key` is not about the model.
void drop_rivals(Value& load, std::string_view key);

/// Does so in every load of a profile for every key that `over` is about to bring.
void drop_rivals(Value& profile, const Value& over);

}  // namespace soundcheck::profile
