// What a user asked for, as plain values: a Profile (how much load) with the System it names (what is called,
// what counts as good). Filled by load_profile (runner/profile/load.hpp) and constant from then on; pure
// data, shared by reference between threads. All durations are positive unless a comment says otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocols/audio/codec.hpp"
#include "protocols/core/metric.hpp"
#include "protocols/core/rtf_source.hpp"
#include "protocols/core/time.hpp"

namespace soundcheck::profile {

using core::Duration;

/// Starts per second.
struct Rate {
  double per_second = 0;
};

/// Uniformly distributed between min and max (inclusive); min == max is a constant. May be zero.
struct ThinkTime {
  Duration min{};
  Duration max{};
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value at a JSON Pointer (RFC 6901) equals `expected` (compared as JSON), or merely exists.
/// `expected` may hold {{variables}} in a WebSocket exchange, never in the check of a request.
struct JsonCheck {
  std::string pointer;
  std::optional<std::string> expected;  ///< JSON text, for example "\"ok\"" or "3"
};

struct ResponseCheck {
  std::vector<int> status{200};  ///< any of these
  std::optional<std::string> body_contains;
  std::vector<JsonCheck> json;
};

/// Keeps the value at a JSON Pointer of the answer as a variable of the user, for {{name}} in later steps.
struct Extract {
  std::string variable;
  std::string pointer;
};

struct RequestStep {
  std::string method;  ///< upper case
  std::string path;    ///< begins with '/', may hold {{variables}}
  Headers headers;
  std::string body;          ///< empty: no body; may hold {{variables}}
  std::string content_type;  ///< empty: none
  ResponseCheck check;
  std::vector<Extract> extract;
};

struct HttpTask {
  std::string name;
  std::uint32_t weight = 1;  ///< 0 switches the task off
  std::vector<RequestStep> steps;
};

struct ApiSystem {
  Headers headers;  ///< sent with every request
  ThinkTime think_time;
  Duration timeout{};  ///< for each request, from its start to the last byte
  std::vector<HttpTask> tasks;
};

struct MessageMatch {
  std::optional<std::string> contains;
  std::vector<JsonCheck> json;
};

struct ExchangeStep {
  enum class Kind : unsigned char { send, expect, wait };
  Kind kind{};
  std::string text;     ///< send: the text message, may hold {{variables}}
  MessageMatch match;   ///< expect: the first message that matches ends the step, others are passed over
  Duration duration{};  ///< expect: deadline (within); wait: how long
};

struct WebSocketSystem {
  std::string path;
  Headers headers;
  Duration connect_timeout{};  ///< from dial to the accepted upgrade
  Duration ping_interval{};
  Duration exchange_interval{};  ///< from the intended start of one exchange to that of the next
  std::vector<ExchangeStep> exchange;
  Duration hold{};             ///< how long a connection stays open; then it is closed and opened again
  Duration reconnect_delay{};  ///< between a lost or refused connection and the next dial
};

struct VoiceSystem {
  std::string path;
  std::string dialect;                     ///< a name in the dialect table
  std::vector<audio::Encoding> encodings;  ///< calls take them in turn
  std::uint32_t sample_rate = 16000;       ///< Hz, on the wire
  std::uint32_t frame_ms = 20;
  std::string fixtures;  ///< path of a manifest, absolute or relative to the install's audio_fixtures
  std::vector<std::string> clips;  ///< names of clips to say in turn; empty: all of the manifest
  std::uint32_t turns = 3;         ///< per call
  core::RtfSource rtf = core::RtfSource::automatic;  ///< where the real-time factor comes from
  Duration setup_timeout{};                          ///< dial -> ready
  Duration answer_timeout{};                         ///< end of speech -> end of the agent's answer
  ThinkTime pause_before_turn;  ///< caller's silence between the agent's answer and the next turn
  ThinkTime pause_between_calls;
};

/// One bound such as "< 200ms", in the metric's base unit (seconds, ratio, bytes).
struct Bound {
  enum class Op : unsigned char { less, less_equal, greater, greater_equal };
  Op op{};
  double value = 0;
  std::string text;  ///< as written
};

/// metric + aggregation + levels. `target` reached: good; else `warning` reached: warning; else critical.
struct Objective {
  std::string name;         ///< for people, for example "API p95 latency"
  std::string metric;       ///< for example "api.response_time", "api.success_rate", "target.memory_growth"
  std::string aggregation;  ///< p50, p90, p95, p99, p99.9, max, min, mean; empty for rates and growths
  std::optional<std::string> task;  ///< only this task's samples
  Bound target;
  std::optional<Bound> warning;
  int line = 0;  ///< in the file that declared it
};

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
