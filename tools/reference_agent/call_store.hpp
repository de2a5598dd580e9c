// The calls that the agent knows: those made over HTTP and those on the voice channel. Bounded: past its
// capacity the oldest ended calls leave. Belongs to the I/O thread; takes the time as an argument.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reference_agent/clock.hpp"

namespace soundcheck::reference_agent {

struct TranscriptTurn {
  std::string speaker;  ///< "caller" or "agent"
  std::string text;
};

struct Call {
  std::uint64_t number = 0;
  std::string from;
  std::string to;
  std::string agent;
  Moment started;
  std::optional<core::Duration> duration;  ///< set when the call has ended
  std::deque<TranscriptTurn> transcript;   ///< the last max_transcript_turns

  std::string id() const;  ///< "c-000001"
  bool ended() const { return duration.has_value(); }
  std::string to_json() const;
};

class CallStore {
 public:
  static constexpr std::size_t max_transcript_turns = 1000;

  explicit CallStore(std::size_t capacity = 5'000) : capacity_(capacity) {}

  /// Both are called after the change.
  std::function<void(const Call&)> on_created;
  std::function<void(const Call&)> on_ended;

  /// nullptr when the store is full of calls in progress.
  const Call* create(std::string from, std::string to, std::string agent, const Moment& now);
  /// nullptr if there is no such call.
  const Call* find(std::string_view id) const;
  /// The call must be in progress.
  void end(const Call& call, const Moment& now);
  void add_turn(std::string_view id, TranscriptTurn turn);

  enum class Filter : unsigned char { all, in_progress, ended };
  struct Page {
    std::vector<const Call*> calls;  ///< newest first
    std::size_t total = 0;           ///< calls that match, beyond the limit too
  };
  Page list(Filter filter, std::size_t limit) const;

  std::uint64_t total() const { return next_number_ - 1; }  ///< calls ever created
  std::size_t in_progress() const { return in_progress_.size(); }
  std::uint64_t ended() const { return ended_count_; }
  core::Duration mean_duration() const;  ///< of the ended calls; zero if there is none

 private:
  std::size_t capacity_;
  std::uint64_t next_number_ = 1;
  std::map<std::uint64_t, Call> calls_;
  std::set<std::uint64_t> in_progress_;
  std::set<std::uint64_t> ended_;
  std::uint64_t ended_count_ = 0;
  core::Duration ended_duration_{};
};

}  // namespace soundcheck::reference_agent
