#include "tools/reference_agent/apis/call_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace soundcheck::reference_agent {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

constexpr const char* schema =
    // due_ms: when a scheduled call may begin, or one in progress ends
    "CREATE TABLE IF NOT EXISTS calling_calls(id INTEGER PRIMARY KEY AUTOINCREMENT, contact TEXT NOT NULL,"
    " phone TEXT NOT NULL, status TEXT NOT NULL, attempt INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    " due_ms INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS calling_calls_by_status ON calling_calls(status);"
    "CREATE INDEX IF NOT EXISTS calling_calls_due ON calling_calls(status, due_ms);"
    "CREATE TABLE IF NOT EXISTS calling_hours(begins_ms INTEGER PRIMARY KEY, scheduled INTEGER NOT NULL,"
    " completed INTEGER NOT NULL, failed INTEGER NOT NULL);";

constexpr std::string_view columns = "id, contact, phone, status, attempt, at_ms";

ScheduledCall call_of(const Rows& row) {
  return {row.integer(0),           std::string(row.text(1)), std::string(row.text(2)),
          std::string(row.text(3)), row.integer(4),           row.integer(5)};
}

/// All at once: what is read is not changed meanwhile.
std::vector<std::int64_t> ids_of(Rows rows) {
  std::vector<std::int64_t> ids;
  while (rows.next()) ids.push_back(rows.integer(0));
  return ids;
}

}  // namespace

CallLines::CallLines(Database& database, Control& control, std::int64_t capacity)
    : database_(with_schema(database, schema)),
      control_(control),
      capacity_(capacity),
      insert_(database,
              "INSERT INTO calling_calls(contact, phone, status, attempt, at_ms, due_ms)"
              " VALUES(?1,?2,'scheduled',1,?3,?3)"),
      select_(database, fmt::format("SELECT {} FROM calling_calls WHERE id=?", columns)),
      retry_(database, "UPDATE calling_calls SET status='scheduled', attempt=attempt+1, due_ms=? WHERE id=?"),
      list_(database,
            fmt::format("SELECT {} FROM calling_calls INDEXED BY calling_calls_by_status WHERE status=?"
                        " ORDER BY id DESC LIMIT ?",
                        columns)),
      list_all_(database, fmt::format("SELECT {} FROM calling_calls ORDER BY id DESC LIMIT ?", columns)),
      count_(database, "SELECT count(*) FROM calling_calls WHERE status=?"),
      count_all_(database, "SELECT count(*) FROM calling_calls"),
      count_due_(database,
                 "SELECT count(*) FROM calling_calls WHERE status='scheduled' AND due_ms>? AND due_ms<=?"),
      select_due_(database,
                  "SELECT id FROM calling_calls WHERE status=? AND due_ms<=? ORDER BY due_ms, id LIMIT ?"),
      set_status_(database, "UPDATE calling_calls SET status=?, due_ms=? WHERE id=?"),
      delete_old_(database, "DELETE FROM calling_calls WHERE id<=? RETURNING status, due_ms"),
      count_hour_(database,
                  "INSERT INTO calling_hours VALUES(?1,?2,?3,?4) ON CONFLICT(begins_ms) DO UPDATE SET"
                  " scheduled=scheduled+?2, completed=completed+?3, failed=failed+?4"),
      select_hours_(database,
                    "SELECT begins_ms, scheduled, completed, failed FROM calling_hours ORDER BY begins_ms"),
      delete_old_hours_(database, "DELETE FROM calling_hours WHERE begins_ms<=?") {
  busy_ = count("in_progress");
}

std::int64_t CallLines::schedule(std::string_view contact, std::string_view phone, std::int64_t at_ms,
                                 std::int64_t now_ms) {
  Transaction transaction(database_);
  insert_.run(contact, phone, at_ms);
  const std::int64_t number = database_.last_id();
  make_due(at_ms);
  delete_old(number - capacity_);
  count_in_hour(now_ms, 1, {});
  transaction.commit();
  return number;
}

std::optional<ScheduledCall> CallLines::find(std::int64_t number) {
  auto row = select_.query(number);
  if (!row.next()) return std::nullopt;
  return call_of(row);
}

void CallLines::retry(const ScheduledCall& call, std::int64_t now_ms) {
  retry_.run(now_ms, call.number);
  make_due(now_ms);
}

/// Counts a call that waits from now on. One that is due later is counted when its time comes.
void CallLines::make_due(std::int64_t due_ms) {
  if (due_ms <= counted_to_ms_) ++waiting_;
}

void CallLines::delete_old(std::int64_t last) {
  for (auto deleted = delete_old_.query(last); deleted.next();) {
    if (deleted.text(0) == "in_progress") --busy_;
    if (deleted.text(0) == "scheduled" && deleted.integer(1) <= counted_to_ms_) --waiting_;
  }
}

std::vector<ScheduledCall> CallLines::list(std::string_view status, std::size_t limit) {
  std::vector<ScheduledCall> calls;
  for (auto rows = status.empty() ? list_all_.query(limit) : list_.query(status, limit); rows.next();)
    calls.push_back(call_of(rows));
  return calls;
}

std::int64_t CallLines::count(std::string_view status) {
  return *(status.empty() ? count_all_.number() : count_.number(status));
}

std::vector<HourOfCalls> CallLines::by_hour() {
  std::vector<HourOfCalls> result;
  for (auto rows = select_hours_.query(); rows.next();)
    result.push_back({rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3)});
  return result;
}

CallLines::Worked CallLines::work(std::int64_t now_ms) {
  Transaction transaction(database_);
  waiting_ += *count_due_.number(counted_to_ms_, now_ms);
  counted_to_ms_ = std::max(counted_to_ms_, now_ms);
  const Worked worked = end_calls(now_ms);
  begin_calls(now_ms);
  transaction.commit();
  return worked;
}

CallLines::Worked CallLines::end_calls(std::int64_t now_ms) {
  Worked worked;
  for (const auto id : ids_of(select_due_.query("in_progress", now_ms, lines))) {
    const bool fails = control_.call_fails();
    set_status_.run(fails ? "failed" : "completed", now_ms, id);
    ++(fails ? worked.failed : worked.completed);
  }
  busy_ -= worked.completed + worked.failed;
  if (worked.completed + worked.failed > 0) count_in_hour(now_ms, 0, worked);
  return worked;
}

void CallLines::begin_calls(std::int64_t now_ms) {
  const std::int64_t free = std::min(lines - busy_, waiting_);
  if (free <= 0) return;
  for (const auto id : ids_of(select_due_.query("scheduled", now_ms, free))) {
    set_status_.run("in_progress", now_ms + control_.call_duration() / std::chrono::milliseconds(1), id);
    --waiting_;
    ++busy_;
  }
}

void CallLines::count_in_hour(std::int64_t now_ms, std::int64_t scheduled, const Worked& worked) {
  const std::int64_t hour = now_ms / hour_ms * hour_ms;
  count_hour_.run(hour, scheduled, worked.completed, worked.failed);
  if (hour != last_hour_) delete_old_hours_.run(hour - hours * hour_ms);
  last_hour_ = hour;
}

}  // namespace soundcheck::reference_agent
