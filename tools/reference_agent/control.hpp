// The faults that are on, dealt out, and the counts of what the agent has served: the truth that a test of a
// load generator compares with. Behind GET and PATCH /control. Belongs to the I/O thread; takes the time as
// an argument.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reference_agent/apis/routes.hpp"
#include "tools/reference_agent/dealer.hpp"
#include "tools/reference_agent/faults.hpp"

namespace soundcheck::reference_agent {

/// Of one kind of conversation, or of learning sessions.
struct ConversationCounts {
  std::uint64_t started = 0;
  std::uint64_t messages = 0;       ///< that were answered
  std::uint64_t ended = 0;          ///< by request
  std::uint64_t after_end = 0;      ///< requests that change what has ended
  std::uint64_t unknown_ids = 0;    ///< requests with an id that was never given out
  std::uint64_t forgotten_ids = 0;  ///< requests with an id of what was deleted, lost or pushed out
};

/// What came with requests that need a token or an API key.
struct CredentialCounts {
  std::uint64_t accepted = 0;
  std::uint64_t missing = 0;
  std::uint64_t wrong = 0;
  std::uint64_t expired = 0;
};

struct RouteCounts {
  std::uint64_t requests = 0;
  std::map<int, std::uint64_t> by_status;
};

struct UploadCount {
  std::string sha256;  ///< of the file's bytes
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
};

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
  std::vector<RouteCounts> routes = std::vector<RouteCounts>(all_routes().size());
  ConversationCounts ngx;
  ConversationCounts learning;
  CredentialCounts tokens;
  CredentialCounts api_keys;
  std::uint64_t logins = 0;
  std::uint64_t refreshes = 0;
  std::uint64_t uploads_total = 0;
  std::deque<UploadCount> uploads;  ///< the last max_uploads
  static constexpr std::size_t max_uploads = 1000;

  void count_upload(UploadCount upload);
  void count_answer(std::optional<std::size_t> route, int status);
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

  /// `route`: an index into all_routes, if the request has one.
  Treatment treat_request(TimePoint now, std::optional<std::size_t> route = {});
  bool drop_message();
  Duration message_delay();
  Duration answer_delay();
  TimePoint stalled_until(TimePoint now) const;
  std::optional<double> rtf() const { return faults_.rtf; }

  bool lose_conversation() { return losses_.next(); }
  Duration first_token() { return first_tokens_.next(); }
  Duration token_interval() { return token_intervals_.next(); }
  Duration token_lifetime() const { return faults_.token_lifetime.value_or(std::chrono::minutes(15)); }
  double import_rate() const { return faults_.import_rate.value_or(5000); }  ///< rows per second
  bool import_fails() { return import_failures_.next(); }
  Duration call_duration() { return call_durations_.next(); }
  bool call_fails() { return call_failures_.next(); }

  void call_began();        ///< leaks leak_per_call
  void connection_began();  ///< of a WebSocket: counts it, leaks leak_per_connection
  /// Leaks what has become due of leak_per_second, in whole steps, and breathes.
  void leak(TimePoint now);
  static constexpr Duration leak_step = std::chrono::milliseconds(50);

  std::string to_json() const;
  /// Applies a JSON object of faults (null or "off" switches one off); all or nothing. Returns the mistakes.
  std::vector<std::string> patch(std::string_view body, TimePoint now);

 private:
  void deal_anew(TimePoint now);
  Duration count_delay(std::optional<std::size_t> route);
  void leak_bytes(std::uint64_t bytes);
  void breathe(TimePoint now);
  static std::unique_ptr<char[]> touched(std::uint64_t bytes);

  static constexpr Duration breath = std::chrono::seconds(10);
  static constexpr std::size_t breath_block = 256 * 1024;
  struct Unmap {
    void operator()(char* block) const;
  };

  Faults faults_;
  std::uint64_t seed_;
  TimePoint origin_;
  TimePoint leaked_at_;
  std::optional<DelayDealer> delays_;
  std::optional<DelayDealer> answer_delays_;
  ShareDealer errors_;
  ShareDealer drops_;
  ShareDealer message_drops_;
  ShareDealer losses_;
  ShareDealer import_failures_;
  ShareDealer call_failures_;
  DelayDealer first_tokens_;
  DelayDealer token_intervals_;
  DelayDealer call_durations_;
  std::map<std::size_t, ShareDealer> route_errors_;
  std::map<std::size_t, DelayDealer> route_delays_;
  std::optional<TokenBucket> bucket_;
  std::vector<std::unique_ptr<char[]>> leaked_;  // touched and kept: a leak that a sanitizer forgives
  /// Pages of the system's own: an allocator keeps freed blocks for itself once it has seen a few.
  std::vector<std::unique_ptr<char, Unmap>> breathed_;
};

}  // namespace soundcheck::reference_agent
