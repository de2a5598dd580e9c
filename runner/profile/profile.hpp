// What a user asked for, as plain values: a Profile (how much load) with the System it names (what is called,
// what counts as good). Filled by load_profile (runner/profile/load.hpp) and constant from then on; pure
// data, shared by reference between threads. All durations are positive unless a comment says otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/metric.hpp"
#include "runner/profile/api_system.hpp"
#include "runner/profile/connection_system.hpp"
#include "runner/profile/monitor_system.hpp"
#include "runner/profile/objective.hpp"
#include "runner/profile/voice_system.hpp"
#include "runner/profile/websocket_system.hpp"
#include "runner/shape/arrivals.hpp"

namespace soundcheck::profile {

struct System {
  std::string name;
  std::string description;
  std::string target;       ///< the address, if --target does not say it; may be empty
  std::string health_path;  ///< GET must answer 2xx before the run starts
  ConnectionSystem connection{};
  std::optional<ApiSystem> api;
  std::optional<WebSocketSystem> websocket;
  std::optional<VoiceSystem> ai_pipeline;
  std::vector<Monitor> monitors;
  Tags tags;
  std::vector<Objective> objectives;
};

/// A straight ramp to the level, then `hold` at it. A ramp of zero is a jump.
struct Stage {
  double level = 0;   ///< users, or arrivals per second
  bool open = false;  ///< the level is a rate
  Duration ramp{};
  Duration hold{};
};

/// How much of one subsystem, and when. Exactly one of users, rate and stages is set.
struct Load {
  std::uint32_t users = 0;           ///< closed model: virtual users, connections, or calls at the same time
  Rate spawn_rate;                   ///< how fast they start until all are there
  std::optional<Rate> rate;          ///< open model: arrivals per second
  std::vector<Stage> stages;         ///< all of the same model
  Duration start{};                  ///< from the start of the run
  std::optional<Duration> duration;  ///< absent: to the end of the run
  std::optional<Duration> pacing;    ///< closed: each user begins a task every so often
  std::optional<Pause> think_time;   ///< api: instead of the system's
  std::vector<std::string> tasks;    ///< api: only these; empty: all
  shape::Spacing arrivals = shape::Spacing::poisson;
  std::uint64_t max_in_progress = 10'000;  ///< open: arrivals beyond it are dropped, and counted

  bool open() const { return rate.has_value() || (!stages.empty() && stages.front().open); }
  /// How long the stages last.
  Duration stages_length() const;
};

/// A workload beside those that stand directly under a subsystem.
struct NamedLoad {
  std::string name;
  core::Subsystem subsystem{};
  Load load;
};

struct Profile {
  std::string name;
  std::string description;
  Duration duration{};
  Duration warm_up{};    ///< may be zero; samples before it do not count
  Duration drain{};      ///< how long the end waits for tasks in progress
  Duration cool_down{};  ///< how long the target is watched when no user is left
  std::uint64_t seed = 1;
  std::optional<Load> api;
  std::optional<Load> websocket;
  std::optional<Load> ai_pipeline;
  std::vector<NamedLoad> workloads;
  System system;                      ///< with the profile's objectives in its own
  std::vector<Objective> objectives;  ///< as the profile has them

  const std::optional<Load>& load(core::Subsystem subsystem) const;

  /// Profile and system as two YAML documents: after `extends` and overrides, before the environment is
  /// substituted (so without its secrets), without comments. Goes into the result.
  std::string source_text;
  std::string source_hash;  ///< SHA-256 of source_text, lower-case hex
};

}  // namespace soundcheck::profile
