// The metrics that sessions record, each with its name, unit and exact meaning (docs/metrics.md says the same
// at length). Values are kept as integers in millionths of the unit: microseconds, or millionths of a ratio.
// Pure, usable from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace soundcheck::core {

enum class Subsystem : unsigned char { api, websocket, ai_pipeline };
inline constexpr std::size_t subsystem_count = 3;
inline constexpr std::array<Subsystem, subsystem_count> all_subsystems{Subsystem::api, Subsystem::websocket,
                                                                       Subsystem::ai_pipeline};

constexpr std::string_view to_string(Subsystem s) {
  constexpr std::array<std::string_view, subsystem_count> names{"api", "websocket", "ai_pipeline"};
  return names[static_cast<std::size_t>(s)];
}

/// Distributions: one histogram per (subsystem, task, metric).
enum class Metric : unsigned char {
  response_time,       // intended start -> last byte of the answer
  service_time,        // actual start -> last byte of the answer
  lateness,            // actual start - the later of intended start and the end of what the user did before
  connect_time,        // dial -> TCP ready
  tls_time,            // TCP ready -> TLS handshake done
  first_byte_time,     // request written -> first byte of the answer
  transfer_time,       // first byte -> last byte of the answer
  ping_rtt,            // WebSocket ping sent -> its pong
  setup_time,          // dial -> the target is ready for audio
  recovery_time,       // connection lost -> a connection is open again
  first_partial_time,  // first speech sample due -> first partial transcript with a word
  final_time,          // last speech sample due -> final transcript
  voice_to_voice,      // last speech sample due -> first audible agent sample heard
  lag,                 // now - due time of the audio position that the target acknowledged
  rtf,                 // real-time factor, a ratio
  pacing_error,        // frame handed to the socket - frame due
  playout_gap,         // length of each silence in which the agent's audio ran dry
  word_error_rate,     // word edit distance / reference words, a ratio
  completion_time,     // end of the answer before a poll step -> the answer that fulfilled its `until`
  first_token_time,    // request written -> first event with a token
  token_gap,           // one token -> the next one of the same answer
  tokens_per_second,   // tokens of an answer after the first / the time from the first to the last
};
inline constexpr std::size_t metric_count = 22;

struct MetricInfo {
  std::string_view name;
  std::string_view unit;  ///< "s", "ratio" or "1/s"
};

inline constexpr std::array<MetricInfo, metric_count> metric_table{{{"response_time", "s"},
                                                                    {"service_time", "s"},
                                                                    {"lateness", "s"},
                                                                    {"connect_time", "s"},
                                                                    {"tls_time", "s"},
                                                                    {"first_byte_time", "s"},
                                                                    {"transfer_time", "s"},
                                                                    {"ping_rtt", "s"},
                                                                    {"setup_time", "s"},
                                                                    {"recovery_time", "s"},
                                                                    {"first_partial_time", "s"},
                                                                    {"final_time", "s"},
                                                                    {"voice_to_voice", "s"},
                                                                    {"lag", "s"},
                                                                    {"rtf", "ratio"},
                                                                    {"pacing_error", "s"},
                                                                    {"playout_gap", "s"},
                                                                    {"word_error_rate", "ratio"},
                                                                    {"completion_time", "s"},
                                                                    {"first_token_time", "s"},
                                                                    {"token_gap", "s"},
                                                                    {"tokens_per_second", "1/s"}}};

constexpr const MetricInfo& info(Metric m) { return metric_table[static_cast<std::size_t>(m)]; }

/// Sums: one number per (subsystem, task, counter).
enum class Counter : unsigned char {
  started,         // tasks begun
  succeeded,       // tasks that ended well
  late_starts,     // tasks begun more than 10 ms after their intended start
  dropped_starts,  // planned starts that never happened
  bytes_sent,      // payload and framing, as handed to the socket
  bytes_received,
  connections,     // TCP connections opened
  reconnects,      // connections opened again after the first one of a user
  clean_closes,    // WebSocket closing handshake completed
  unclean_closes,  // the connection ended without it
  messages_sent,
  messages_received,
  frames_sent,       // caller audio frames
  frames_received,   // agent audio frames
  frames_skipped,    // caller frames never sent
  turns,             // voice turns completed
  playout_gaps,      // times the agent's audio ran dry inside an utterance
  negative_values,   // values below zero, recorded as zero
  rtf_busy,          // real-time factors that come from compute time which the target reported
  rtf_live,          // real-time factors that come from the slope of the lag
  tls_resumptions,   // TLS handshakes that resumed an earlier session
  redirects,         // redirects followed
  rtf_unpaced,       // real-time factors that come from an utterance sent as fast as possible
  lost_connections,  // connections that the target ended, or that broke
  half_open,         // connections held without reading or writing, as half_open asks
  half_open_ended,   // those of them that the target had ended by the end of their hold
  client_errors,     // answers with a status of 400 to 499
  server_errors,     // answers with a status of 500 to 599
  skipped,           // tasks that ended at a stop_task
  logins,            // logins and renewals that ended well
  attempts,          // tasks begun, of those that may end at a stop_task
  tokens,            // of answers that are event streams
};
inline constexpr std::size_t counter_count = 32;

constexpr std::string_view to_string(Counter c) {
  constexpr std::array<std::string_view, counter_count> names{
      "started",         "succeeded",       "late_starts",    "dropped_starts",
      "bytes_sent",      "bytes_received",  "connections",    "reconnects",
      "clean_closes",    "unclean_closes",  "messages_sent",  "messages_received",
      "frames_sent",     "frames_received", "frames_skipped", "turns",
      "playout_gaps",    "negative_values", "rtf_busy",       "rtf_live",
      "tls_resumptions", "redirects",       "rtf_unpaced",    "lost_connections",
      "half_open",       "half_open_ended", "client_errors",  "server_errors",
      "skipped",         "logins",          "attempts",       "tokens"};
  return names[static_cast<std::size_t>(c)];
}

std::optional<Metric> metric_from_string(std::string_view name);
std::optional<Subsystem> subsystem_from_string(std::string_view name);

}  // namespace soundcheck::core
