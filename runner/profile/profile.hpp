// What a user asked for, as plain values: a Profile (how much load) with the System it names (what is called,
// what counts as good). Filled by load_profile (runner/profile/load.hpp) and constant from then on; pure
// data, shared by reference between threads. All durations are positive unless a comment says otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/profile/api_system.hpp"
#include "runner/profile/objective.hpp"
#include "runner/profile/voice_system.hpp"
#include "runner/profile/websocket_system.hpp"

namespace soundcheck::profile {

struct System {
  std::string name;
  std::string description;
  std::string health_path;  ///< GET must answer 2xx before the run starts
  std::optional<ApiSystem> api;
  std::optional<WebSocketSystem> websocket;
  std::optional<VoiceSystem> ai_pipeline;
  std::vector<Objective> objectives;
};

struct ApiLoad {
  std::uint32_t users = 0;
  Rate spawn_rate;
};
struct WebSocketLoad {
  std::uint32_t connections = 0;
  Rate connect_rate;
};
struct AiLoad {
  std::uint32_t calls = 0;  ///< in progress at the same time
  Rate call_rate;           ///< new callers per second until all are there
};

struct Profile {
  std::string name;
  std::string description;
  Duration duration{};
  Duration warm_up{};  ///< may be zero; samples before it do not count
  Duration drain{};    ///< how long the end waits for tasks in progress
  std::uint64_t seed = 1;
  std::optional<ApiLoad> api;
  std::optional<WebSocketLoad> websocket;
  std::optional<AiLoad> ai_pipeline;
  System system;

  /// Profile and system as two YAML documents: after `extends` and overrides, before the environment is
  /// substituted (so without its secrets), without comments. Goes into the result.
  std::string source_text;
  std::string source_hash;  ///< SHA-256 of source_text, lower-case hex
};

}  // namespace soundcheck::profile
