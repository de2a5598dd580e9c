// The faults that are on, dealt out, and the counts of what the agent has served: the truth that a test of a
// load generator compares with. Behind GET and PATCH /control. Belongs to the I/O thread; takes the time as
// an argument.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reference_agent/dealer.hpp"
#include "tools/reference_agent/faults.hpp"

namespace soundcheck::reference_agent {

struct Counters {
  std::uint64_t requests = 0;  ///< HTTP requests, without /control and WebSocket upgrades
  std::map<int, std::uint64_t> requests_by_status;
  std::uint64_t requests_dropped = 0;  ///< connections reset instead of an answer
  std::uint64_t messages_dropped = 0;  ///< connections reset instead of taking a text message
  std::uint64_t websocket_connections = 0;
  std::uint64_t voice_calls = 0;
  std::uint64_t turns = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t events_lost = 0;  ///< events that slow readers did not get
  std::uint64_t leaked_bytes = 0;
  std::map<std::int64_t, std::uint64_t>
      delays_dealt;  ///< whole milliseconds -> answers; without answer_delay
};

/// What to do with one HTTP request.
struct Treatment {
  enum class Kind : unsigned char { serve, fail, limit, drop };
  Kind kind = Kind::serve;
  Duration delay{};        ///< before the answer (serve and fail)
  Duration retry_after{};  ///< limit only
};

class Control {
 public:
  Control(Faults faults, std::uint64_t seed, TimePoint now);

  Counters counters;

  Treatment treat_request(TimePoint now);
  bool drop_message();
  Duration message_delay();
  Duration answer_delay();
  TimePoint stalled_until(TimePoint now) const;
  std::optional<double> rtf() const { return faults_.rtf; }

  void call_began();  ///< leaks leak_per_call
  /// Leaks what has become due of leak_per_second, in whole steps.
  void leak(TimePoint now);
  static constexpr Duration leak_step = std::chrono::milliseconds(50);

  std::string to_json() const;
  /// Applies a JSON object of faults (null or "off" switches one off); all or nothing. Returns the mistakes.
  std::vector<std::string> patch(std::string_view body, TimePoint now);

 private:
  void deal_anew(TimePoint now);
  Duration count_delay();
  void leak_bytes(std::uint64_t bytes);

  Faults faults_;
  std::uint64_t seed_;
  TimePoint origin_;
  TimePoint leaked_at_;
  std::optional<DelayDealer> delays_;
  std::optional<DelayDealer> answer_delays_;
  ShareDealer errors_;
  ShareDealer drops_;
  ShareDealer message_drops_;
  std::optional<TokenBucket> bucket_;
  std::vector<std::unique_ptr<char[]>> leaked_;  // touched and kept: a leak that a sanitizer forgives
};

}  // namespace soundcheck::reference_agent
