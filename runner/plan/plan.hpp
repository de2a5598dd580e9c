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
#include "runner/shape/arrivals.hpp"
#include "runner/shape/curve.hpp"

namespace soundcheck::plan {

enum class Model : unsigned char {
  closed,  // users who wait for answers before they go on
  open,    // arrivals at a rate of their own, however long answers take
};

/// How much, and when. The curve counts from `start`: users wanted, or arrivals per second.
struct Load {
  Model model = Model::closed;
  shape::Curve curve;
  core::Duration start{};                ///< from the start of the run
  std::optional<core::Duration> pacing;  ///< closed: from one intended start of a user to its next
  shape::Spacing spacing{};              ///< open
  std::uint64_t most_in_progress = 0;    ///< open: arrivals beyond it are dropped, and counted

  core::Duration end() const { return start + curve.end(); }
  /// The most users that can be there at the same time, if each is busy for at most `longest`.
  std::uint64_t peak_users(core::Duration longest) const;
};

/// What its users do.
using Behaviour = std::variant<http::Workload, websocket::Workload, voice::Workload>;

struct Workload {
  std::string name;  ///< empty for the one that a profile declares directly under a subsystem
  core::Subsystem subsystem{};
  Load load;
  Behaviour behaviour;
  std::uint64_t first_user = 0;  ///< its users are numbered from here, so that no two of a run share a number

  /// The task under which its dropped starts are counted.
  core::TaskId first_task() const;
  /// No run_one of a session takes longer.
  core::Duration longest_occupation() const;
  /// Users, and so sockets, that can be there at the same time.
  std::uint64_t users() const { return load.peak_users(longest_occupation()); }
};

struct Plan {
  core::Duration duration{};
  core::Duration warm_up{};
  core::Duration drain{};
  core::Duration cool_down{};
  std::uint64_t seed = 0;
  net::Endpoint endpoint;
  /// What results are counted under; a core::TaskId is an index of this list.
  std::vector<std::pair<core::Subsystem, std::string>> tasks;
  std::vector<Workload> workloads;
  std::uint64_t users = 0;  ///< numbers that users may have are below it

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
