// The closed model: each user runs, thinks, and runs again for as long as it is wanted. Shard's thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "protocols/core/session.hpp"
#include "runner/shape/curve.hpp"

namespace soundcheck::engine {

/// Runs the session in each of `wanted`, which count from t0 and ascend, until the timeline drains. After
/// each run it thinks; or, with `pacing`, the next run is intended that long after the one before was,
/// however long that took: a user who falls behind catches up, and its response times say so.
core::Task<void> run_user(std::unique_ptr<core::Session> session, core::Timeline& timeline,
                          core::TimePoint t0, std::vector<shape::Span> wanted,
                          std::optional<core::Duration> pacing);

}  // namespace soundcheck::engine
