// The closed model: each user runs, thinks, and runs again until the planned end. Shard's thread.
#pragma once

#include <memory>

#include "protocols/core/session.hpp"

namespace soundcheck::engine {

/// Runs the session from `first` (its first intended start) until the timeline drains or `end` is reached.
core::Task<void> run_user(std::unique_ptr<core::Session> session, core::Timeline& timeline,
                          core::TimePoint first, core::TimePoint end);

}  // namespace soundcheck::engine
