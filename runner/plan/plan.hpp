// Everything that a run will do, decided before it begins: compiled workloads, who starts when, the tasks
// that results are counted under. Built once by build_plan, constant from then on, shared by all shards.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/audio/clip.hpp"
#include "protocols/core/metric.hpp"
#include "protocols/http/http_task.hpp"
#include "protocols/net/target_url.hpp"
#include "protocols/voice/call_session.hpp"
#include "protocols/websocket/websocket_session.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::plan {

/// N users who wait for answers, starting at `per_second` new ones a second until all are there.
struct ClosedLoad {
  std::uint32_t users = 0;
  double per_second = 0;
};

template <class Workload>
struct Part {
  ClosedLoad load;
  Workload workload;
};

struct Plan {
  core::Duration duration{};
  core::Duration warm_up{};
  core::Duration drain{};
  std::uint64_t seed = 0;
  net::Endpoint endpoint;
  /// What results are counted under; a core::TaskId is an index of this list.
  std::vector<std::pair<core::Subsystem, std::string>> tasks;
  std::optional<Part<http::Workload>> api;
  std::optional<Part<websocket::Workload>> websocket;
  std::optional<Part<voice::Workload>> ai_pipeline;

  bool has(core::Subsystem subsystem) const;
  /// Connections that can be open at the same time: one a user.
  std::uint64_t sockets() const;
};

/// Which subsystems the user left out; indexed by core::Subsystem.
using Skipped = std::array<bool, core::subsystem_count>;

/// Turns a profile into a plan against an endpoint. `clips` are the fixtures of the ai_pipeline, at the
/// system's sample rate; not used if that subsystem is skipped. The error says what to change.
std::variant<Plan, std::string> build_plan(const profile::Profile& profile, const net::TargetUrl& url,
                                           net::Endpoint endpoint, const Skipped& skipped,
                                           const std::vector<audio::ClipPtr>& clips);

}  // namespace soundcheck::plan
