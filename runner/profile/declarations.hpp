// The two document formats: every key of a profile and of a system, declared once. Built on first use,
// constant from then on; control thread only.
#pragma once

#include "runner/profile/object.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::profile {

const Object<Profile>& profile_object();
const Object<System>& system_object();

/// Loads of a profile (runner/profile/load_keys.cpp).
Object<Load> api_load();
Object<Load> websocket_load();
Object<Load> ai_load();

/// Parts of a system, each declared in a file of its own.
Object<ApiSystem> api_system();
Object<WebSocketSystem> websocket_system();
Object<VoiceSystem> voice_system();
Object<Monitor> monitor();
Object<Objective> objective();

}  // namespace soundcheck::profile
