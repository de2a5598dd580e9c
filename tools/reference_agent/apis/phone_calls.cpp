#include "tools/reference_agent/apis/phone_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "tools/reference_agent/apis/api.hpp"
#include "tools/reference_agent/apis/wall_time.hpp"

namespace soundcheck::reference_agent {
namespace {

constexpr std::string_view prefix = "c";
constexpr std::int64_t turns_for_a_call = 5;  // that many are kept on average

constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS phone_calls(id INTEGER PRIMARY KEY AUTOINCREMENT, caller TEXT NOT NULL,"
    " callee TEXT NOT NULL, agent TEXT NOT NULL, status TEXT NOT NULL, started_ms INTEGER NOT NULL,"
    " duration_ms INTEGER);"
    "CREATE INDEX IF NOT EXISTS phone_calls_by_status ON phone_calls(status);"
    "CREATE TABLE IF NOT EXISTS phone_turns(id INTEGER PRIMARY KEY AUTOINCREMENT, call INTEGER NOT NULL,"
    " speaker TEXT NOT NULL, text TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS phone_turns_of ON phone_turns(call);"
    // One row: of the calls that have left, too.
    "CREATE TABLE IF NOT EXISTS phone_totals(id INTEGER PRIMARY KEY, calls INTEGER NOT NULL,"
    " duration_ms INTEGER NOT NULL);"
    "INSERT OR IGNORE INTO phone_totals VALUES(1,0,0);"
    // No call outlives the agent that had it.
    "UPDATE phone_calls SET status='ended' WHERE status='in_progress'";

constexpr std::string_view columns = "id, caller, callee, agent, status, started_ms, duration_ms";

Call call_of(const Rows& row) {
  return {row.integer(0),
          std::string(row.text(1)),
          std::string(row.text(2)),
          std::string(row.text(3)),
          std::string(row.text(4)),
          row.integer(5),
          row.is_null(6) ? std::nullopt : std::optional(row.integer(6))};
}

std::string json_text(const std::string& value) { return boost::json::serialize(boost::json::value(value)); }

}  // namespace

std::string Call::id() const { return make_id(prefix, number); }

std::string Call::to_json() const {
  return fmt::format(
      R"({{"id":"{}","status":"{}","from":{},"to":{},"agent":{},"started_at":"{}"{}}})", id(), status,
      json_text(from), json_text(to), json_text(agent), iso_time(started_ms),
      duration_ms ? fmt::format(R"(,"duration_seconds":{}.{:03})", *duration_ms / 1000, *duration_ms % 1000)
                  : "");
}

PhoneCalls::PhoneCalls(Database& database, std::int64_t capacity)
    : database_(with_schema(database, schema)),
      capacity_(std::min(capacity, most_calls)),
      insert_(database,
              "INSERT INTO phone_calls(caller, callee, agent, status, started_ms) VALUES(?,?,?,?,?)"),
      delete_oldest_(database,
                     "DELETE FROM phone_calls WHERE id IN (SELECT id FROM phone_calls"
                     " INDEXED BY phone_calls_by_status WHERE status='ended' ORDER BY id LIMIT ?)"),
      select_(database, fmt::format("SELECT {} FROM phone_calls WHERE id=?", columns)),
      end_(database, "UPDATE phone_calls SET status=?, duration_ms=? WHERE id=?"),
      add_duration_(database, "UPDATE phone_totals SET calls=calls+1, duration_ms=duration_ms+?"),
      mean_ms_(database, "SELECT duration_ms, calls FROM phone_totals"),
      insert_turn_(database,
                   "INSERT INTO phone_turns(call, speaker, text) SELECT ?1,?2,?3"
                   " WHERE EXISTS(SELECT 1 FROM phone_calls WHERE id=?1)"),
      delete_old_turns_(database, "DELETE FROM phone_turns WHERE id<=?"),
      select_turns_(database,
                    "SELECT speaker, text FROM (SELECT id, speaker, text FROM phone_turns WHERE call=?"
                    " ORDER BY id DESC LIMIT ?) ORDER BY id"),
      list_(database, fmt::format("SELECT {} FROM phone_calls INDEXED BY phone_calls_by_status WHERE status=?"
                                  " ORDER BY id DESC LIMIT ?",
                                  columns)),
      list_all_(database, fmt::format("SELECT {} FROM phone_calls ORDER BY id DESC LIMIT ?", columns)),
      last_(Statement(database, "SELECT max(id) FROM phone_calls").number().value_or(0)),
      kept_(Statement(database, "SELECT count(*) FROM phone_calls").number().value_or(0)) {}

std::optional<Call> PhoneCalls::create(std::string from, std::string to, std::string agent,
                                       const Moment& now) {
  Call call{0, std::move(from), std::move(to), std::move(agent), "in_progress", wall_ms(now), {}};
  std::int64_t deleted = 0;
  Transaction transaction(database_);
  if (kept_ >= capacity_) {
    delete_oldest_.run(kept_ - capacity_ + 1);
    deleted = database_.changes();
    if (kept_ - deleted >= capacity_) return std::nullopt;
  }
  insert_.run(call.from, call.to, call.agent, call.status, call.started_ms);
  call.number = database_.last_id();
  transaction.commit();
  last_ = call.number;
  kept_ += 1 - deleted;
  ++in_progress_;
  if (on_created) on_created(call);
  return call;
}

std::optional<Call> PhoneCalls::find(std::string_view id) {
  auto row = select_.query(parse_id(prefix, id).value_or(0));
  if (!row.next()) return std::nullopt;
  return call_of(row);
}

Call PhoneCalls::end(Call call, const Moment& now) {
  call.status = "ended";
  call.duration_ms = std::max<std::int64_t>(0, wall_ms(now) - call.started_ms);
  Transaction transaction(database_);
  end_.run(call.status, call.duration_ms, call.number);
  add_duration_.run(*call.duration_ms);
  transaction.commit();
  --in_progress_;
  if (on_ended) on_ended(call);
  return call;
}

void PhoneCalls::add_turn(std::string_view id, const TranscriptTurn& turn) {
  Transaction transaction(database_);
  insert_turn_.run(parse_id(prefix, id).value_or(0), turn.speaker, turn.text);
  if (database_.changes() == 0) return;
  delete_old_turns_.run(database_.last_id() - turns_for_a_call * capacity_);
  transaction.commit();
}

std::vector<TranscriptTurn> PhoneCalls::transcript(const Call& call) {
  std::vector<TranscriptTurn> turns;
  for (auto rows = select_turns_.query(call.number, max_transcript_turns); rows.next();)
    turns.push_back({std::string(rows.text(0)), std::string(rows.text(1))});
  return turns;
}

std::vector<Call> PhoneCalls::list(std::string_view status, std::size_t limit) {
  std::vector<Call> calls;
  for (auto rows = status.empty() ? list_all_.query(limit) : list_.query(status, limit); rows.next();)
    calls.push_back(call_of(rows));
  return calls;
}

std::int64_t PhoneCalls::count(std::string_view status) const {
  if (status.empty()) return kept_;
  return status == "in_progress" ? in_progress_ : kept_ - in_progress_;
}

double PhoneCalls::mean_seconds() {
  auto row = mean_ms_.query();
  if (!row.next() || row.integer(1) == 0) return 0;
  return static_cast<double>(row.integer(0)) / static_cast<double>(row.integer(1)) / 1000;
}

}  // namespace soundcheck::reference_agent
