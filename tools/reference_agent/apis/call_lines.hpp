// The calls that the calling platform has scheduled: each waits for its time and for a free line, is made,
// and completes or fails. Belongs to the I/O thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/control.hpp"

namespace soundcheck::reference_agent {

struct ScheduledCall {
  std::int64_t number = 0;
  std::string contact;
  std::string phone;
  std::string status;  ///< "scheduled", "in_progress", "completed" or "failed"
  std::int64_t attempt = 1;
  std::int64_t at_ms = 0;
  bool over() const { return status == "completed" || status == "failed"; }
};

/// An hour of the day, UTC. Attempts count in the hour in which they end.
struct HourOfCalls {
  std::int64_t begins_ms = 0;
  std::int64_t scheduled = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
};

class CallLines {
 public:
  /// `capacity`: calls that are kept.
  CallLines(Database& database, Control& control, std::int64_t capacity);

  static constexpr std::int64_t lines = 100;  ///< calls at a time
  static constexpr std::int64_t hours = 48;   ///< that are kept

  std::int64_t schedule(std::string_view contact, std::string_view phone, std::int64_t at_ms,
                        std::int64_t now_ms);
  std::optional<ScheduledCall> find(std::int64_t number);
  /// Makes one that is over wait for a line again.
  void retry(const ScheduledCall& call, std::int64_t now_ms);
  /// Newest first; an empty status means all.
  std::vector<ScheduledCall> list(std::string_view status, std::size_t limit);
  std::int64_t count(std::string_view status);
  /// Calls whose time had come when work() was last called, and that have no line yet.
  std::int64_t waiting() const { return waiting_; }
  /// Those with calls, oldest first.
  std::vector<HourOfCalls> by_hour();

  struct Worked {
    std::int64_t completed = 0;
    std::int64_t failed = 0;
  };
  /// Ends the calls that are over and begins those that have a line.
  Worked work(std::int64_t now_ms);

 private:
  Worked end_calls(std::int64_t now_ms);
  void begin_calls(std::int64_t now_ms);
  void make_due(std::int64_t due_ms);
  void delete_old(std::int64_t last);
  void count_in_hour(std::int64_t now_ms, std::int64_t scheduled, const Worked& worked);

  Database& database_;
  Control& control_;
  std::int64_t capacity_;
  std::int64_t last_hour_ = 0;
  std::int64_t counted_to_ms_ = 0;  // calls that were due until then are in waiting_
  std::int64_t waiting_ = 0;
  std::int64_t busy_ = 0;  // lines
  Statement insert_, select_, retry_, list_, list_all_, count_, count_all_, count_due_, select_due_,
      set_status_, delete_old_, count_hour_, select_hours_, delete_old_hours_;
};

}  // namespace soundcheck::reference_agent
