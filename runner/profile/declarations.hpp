// The two document formats: every key of a profile and of a system, declared once. Built on first use,
// constant from then on; control thread only.
#pragma once

#include "runner/profile/object.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::profile {

const Object<Profile>& profile_object();
const Object<System>& system_object();

}  // namespace soundcheck::profile
