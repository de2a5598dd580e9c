// Rules for headers that steps and the whole API share. Control thread only.
#pragma once

#include "runner/profile/mistakes.hpp"
#include "runner/profile/value.hpp"

namespace soundcheck::profile {

/// Reports headers that are computed, or that have a key of their own.
void check_sent_headers(const Value& headers, Mistakes& mistakes);

}  // namespace soundcheck::profile
