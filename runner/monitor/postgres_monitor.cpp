#include "runner/monitor/postgres_monitor.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace soundcheck::monitor {

namespace {

/// Indices of profile::series_of.
enum : std::size_t {
  connections,
  pool_use,
  active,
  idle,
  idle_in_transaction,
  waiting_on_locks,
  slow_queries,
  longest_query,
  commits,
  rollbacks,
  deadlocks,
  cache_hits,
  database_size,
  all_series,
};

/// All sessions of clients but ours. A user without pg_read_all_stats sees that other users' sessions are
/// there, but neither their kind nor what they do: `backend_type` and `state` are NULL then.
constexpr const char* sessions_query = R"(
SELECT count(*),
       current_setting('max_connections')::int,
       count(*) FILTER (WHERE state = 'active'),
       count(*) FILTER (WHERE state = 'idle'),
       count(*) FILTER (WHERE state LIKE 'idle in transaction%'),
       count(*) FILTER (WHERE wait_event_type = 'Lock'),
       count(*) FILTER (WHERE state = 'active' AND clock_timestamp() - query_start > interval '{} seconds'),
       coalesce(extract(epoch FROM max(clock_timestamp() - query_start) FILTER (WHERE state = 'active')), 0),
       count(*) FILTER (WHERE backend_type IS NULL)
FROM pg_stat_activity
WHERE pid <> pg_backend_pid()
  AND (backend_type = 'client backend'
       OR (backend_type IS NULL AND usesysid IS NOT NULL AND datid IS NOT NULL)))";

constexpr const char* database_query = R"(
SELECT xact_commit, xact_rollback, deadlocks, blks_hit, blks_read, pg_database_size(datid)
FROM pg_stat_database WHERE datname = current_database())";

std::optional<double> number(const std::vector<std::string>& row, std::size_t column) {
  if (column >= row.size()) return std::nullopt;
  const std::string& text = row[column];
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && !text.empty() ? std::optional(value) : std::nullopt;
}

}  // namespace

PostgresMonitor::PostgresMonitor(std::string connection, PostgresPlace place, core::Duration slow,
                                 core::Duration timeout, std::function<core::TimePoint()> clock)
    : connection_(std::move(connection), std::move(place), timeout, std::move(clock)),
      sessions_query_(fmt::format(fmt::runtime(sessions_query), core::to_seconds(slow))) {}

Reading PostgresMonitor::sample(core::TimePoint now, core::TimePoint deadline) {
  Reading reading(all_series);
  auto sessions = connection_.query(sessions_query_.c_str(), deadline);
  if (auto* problem = std::get_if<std::string>(&sessions)) {
    reading.troubles.push_back({std::move(*problem)});
    return reading;
  }
  if (const auto& rows = std::get<PostgresRows>(sessions); !rows.empty()) add_sessions(rows.front(), reading);
  auto database = connection_.query(database_query, deadline);
  if (auto* problem = std::get_if<std::string>(&database)) {
    reading.troubles.push_back(
        {std::move(*problem), {commits, rollbacks, deadlocks, cache_hits, database_size}});
    return reading;
  }
  if (const auto& rows = std::get<PostgresRows>(database); !rows.empty())
    add_database(now, rows.front(), reading);
  return reading;
}

void PostgresMonitor::add_sessions(const std::vector<std::string>& row, Reading& reading) const {
  const auto all = number(row, 0);
  const auto most = number(row, 1);
  reading.values[connections] = all;
  if (all && most && *most > 0) reading.values[pool_use] = *all / *most;
  constexpr std::size_t hidden_column = 8;
  if (const auto hidden = number(row, hidden_column); hidden && *hidden > 0) {
    reading.troubles.push_back(
        {fmt::format("what {} sessions of other users do is hidden from this user: GRANT pg_monitor TO it",
                     *hidden),
         {active, idle, idle_in_transaction, waiting_on_locks, slow_queries, longest_query}});
    return;
  }
  for (std::size_t series = active; series <= longest_query; ++series)
    reading.values[series] = number(row, series);
}

void PostgresMonitor::add_database(core::TimePoint now, const std::vector<std::string>& row,
                                   Reading& reading) {
  const auto rate = [&](std::size_t column, CounterRate& counter) {
    const auto count = number(row, column);
    return count ? counter.add(now, *count) : std::nullopt;
  };
  reading.values[commits] = rate(0, commits_);
  reading.values[rollbacks] = rate(1, rollbacks_);
  reading.values[deadlocks] = rate(2, deadlocks_);
  const auto hits = rate(3, hits_);
  const auto reads = rate(4, reads_);
  if (hits && reads && *hits + *reads > 0) reading.values[cache_hits] = *hits / (*hits + *reads);
  reading.values[database_size] = number(row, 5);
}

}  // namespace soundcheck::monitor
