// The faults that the agent can be told to have, as parsed values, and the one parser that the command line
// and the control endpoint share. A fault that is absent (or zero) is off. Pure, usable from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/time.hpp"

namespace soundcheck::reference_agent {

using core::Duration;

struct ConstantDelay {
  Duration value{};
};
/// In every 100 requests, exactly `percent` of them get `value`. The percents add up to 100.
struct MixtureDelay {
  struct Part {
    Duration value{};
    int percent = 0;
  };
  std::vector<Part> parts;
};
struct UniformDelay {
  Duration min{};
  Duration max{};
};
struct ExponentialDelay {
  Duration mean{};
};
using Delay = std::variant<ConstantDelay, MixtureDelay, UniformDelay, ExponentialDelay>;

/// Nothing is served in the first `stalled` of each `period`.
struct Stall {
  Duration stalled{};
  Duration period{};
};

/// A value that holds for one route: an index into all_routes.
template <class T>
struct OfRoute {
  std::size_t route = 0;
  T value{};
};

struct Faults {
  std::optional<Delay> delay;         ///< before HTTP answers and answers of the event channel
  std::optional<Delay> answer_delay;  ///< before the agent begins to speak
  double error_rate = 0;              ///< share of HTTP requests answered 500
  double drop_rate = 0;               ///< share of requests and text messages whose connection is reset
  std::optional<Stall> stall;
  std::optional<double> rate_limit;       ///< HTTP requests per second
  std::uint64_t leak_per_call = 0;        ///< bytes
  std::uint64_t leak_per_request = 0;     ///< bytes, of the HTTP API
  std::uint64_t leak_per_connection = 0;  ///< bytes, with each WebSocket that is accepted
  std::uint64_t leak_per_second = 0;      ///< bytes
  std::uint64_t breathing =
      0;                      ///< bytes that grow and go again every ten seconds, as with a garbage collector
  std::optional<double> rtf;  ///< processing time / audio time
  std::vector<OfRoute<double>> route_errors;  ///< share answered 500, besides error_rate
  std::vector<OfRoute<Delay>> route_delays;   ///< before answers, besides delay
  double lost_conversations = 0;              ///< share of new conversations and sessions that are forgotten
  std::optional<Delay> first_token;           ///< from a question to the first token of its answer
  std::optional<Delay> token_interval;        ///< from a token to the next
  std::optional<Duration> token_lifetime;     ///< of access tokens
  std::optional<double> import_rate;          ///< imported rows per second
  double import_failures = 0;                 ///< share of imports that fail as a whole
  std::optional<Delay> call_duration;         ///< of calls that were scheduled
  std::optional<double> call_failures;        ///< share of scheduled calls that fail

  std::map<std::string, std::string, std::less<>>
      written;  ///< the faults that are on, as the user wrote them
};

inline constexpr std::array<std::string_view, 22> fault_keys{"delay",
                                                             "error_rate",
                                                             "stall",
                                                             "rate_limit",
                                                             "leak_per_call",
                                                             "leak_per_request",
                                                             "leak_per_connection",
                                                             "leak_per_second",
                                                             "breathing",
                                                             "rtf",
                                                             "answer_delay",
                                                             "drop_rate",
                                                             "route_errors",
                                                             "route_delays",
                                                             "lost_conversations",
                                                             "first_token",
                                                             "token_interval",
                                                             "token_lifetime",
                                                             "import_rate",
                                                             "import_failures",
                                                             "call_duration",
                                                             "call_failures"};

/// Sets one fault from its text; an empty text or "off" switches it off. Returns what is wrong with the text
/// and what to write instead (the faults are unchanged then), or nothing.
std::optional<std::string> set_fault(Faults& faults, std::string_view key, std::string_view text);

}  // namespace soundcheck::reference_agent
