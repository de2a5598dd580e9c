// The Phone Agent's calls: those made over HTTP and those on the voice channel, and what was said on them.
// Bounded: past its capacity the oldest ended calls leave. Owned by the Services, belongs to the I/O thread;
// takes the time as an argument.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/clock.hpp"

namespace soundcheck::reference_agent {

struct TranscriptTurn {
  std::string speaker;  ///< "caller" or "agent"
  std::string text;
};

struct Call {
  std::int64_t number = 0;
  std::string from;
  std::string to;
  std::string agent;
  std::string status;  ///< "in_progress" or "ended"
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> duration_ms;  ///< of an ended call, unless the agent itself ended before it

  std::string id() const;  ///< "c-000001"
  bool ended() const { return status == "ended"; }
  std::string to_json() const;
};

class PhoneCalls {
 public:
  static constexpr std::int64_t max_transcript_turns = 1000;
  /// Full after ten minutes of the soak profile, so that an hour of it shows memory that stands.
  static constexpr std::int64_t most_calls = 5'000;

  /// `capacity`: calls that are kept, at most `most_calls`; five times as many turns. Calls of an agent that
  /// has stopped are ended.
  PhoneCalls(Database& database, std::int64_t capacity);

  /// Both are called after the change.
  std::function<void(const Call&)> on_created;
  std::function<void(const Call&)> on_ended;

  /// Nothing when as many calls as are kept are in progress.
  std::optional<Call> create(std::string from, std::string to, std::string agent, const Moment& now);
  /// Nothing if there is no such call.
  std::optional<Call> find(std::string_view id);
  /// The call must be in progress. Returns it as it is then.
  Call end(Call call, const Moment& now);
  /// Does nothing if there is no such call.
  void add_turn(std::string_view id, const TranscriptTurn& turn);
  /// The last max_transcript_turns.
  std::vector<TranscriptTurn> transcript(const Call& call);

  /// Newest first; an empty status means all.
  std::vector<Call> list(std::string_view status, std::size_t limit);
  /// Calls that are kept; an empty status means all.
  std::int64_t count(std::string_view status) const;

  std::int64_t total() const { return last_; }  ///< calls ever created
  std::int64_t in_progress() const { return in_progress_; }
  std::int64_t ended() const { return last_ - in_progress_; }  ///< ever
  double mean_seconds();                                       ///< of all ended calls; 0 if there is none

 private:
  Database& database_;
  std::int64_t capacity_;
  Statement insert_, delete_oldest_, select_, end_, add_duration_, mean_ms_, insert_turn_, delete_old_turns_,
      select_turns_, list_, list_all_;
  std::int64_t last_;  // the number that was given out last
  std::int64_t kept_;
  std::int64_t in_progress_ = 0;
};

}  // namespace soundcheck::reference_agent
