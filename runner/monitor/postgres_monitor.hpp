// Watches a PostgreSQL server: its sessions and what they wait for, slow queries, and its database's
// counters. On its monitor's thread.
#pragma once

#include <string>

#include "runner/monitor/counter_rate.hpp"
#include "runner/monitor/monitor.hpp"
#include "runner/monitor/postgres_connection.hpp"

namespace soundcheck::monitor {

class PostgresMonitor final : public Monitor {
 public:
  /// `slow`: queries that have run longer count as slow.
  PostgresMonitor(std::string connection, PostgresPlace place, core::Duration slow, core::Duration timeout,
                  std::function<core::TimePoint()> clock);

  Reading sample(core::TimePoint now, core::TimePoint deadline) override;
  /// What a row of pg_stat_activity says, without asking for it.
  void add_sessions(const std::vector<std::string>& row, Reading& reading) const;

 private:
  void add_database(core::TimePoint now, const std::vector<std::string>& row, Reading& reading);

  PostgresConnection connection_;
  std::string sessions_query_;
  CounterRate commits_, rollbacks_, deadlocks_, hits_, reads_;
};

}  // namespace soundcheck::monitor
