// Watches a Redis server: its memory, its clients, what it does, and the length of queues that it holds. On
// its monitor's thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runner/monitor/counter_rate.hpp"
#include "runner/monitor/monitor.hpp"
#include "runner/monitor/redis_connection.hpp"
#include "runner/profile/monitor_system.hpp"

namespace soundcheck::monitor {

/// The numbers of an answer to INFO, by name.
std::map<std::string, double, std::less<>> parse_redis_info(std::string_view text);

class RedisMonitor final : public Monitor {
 public:
  RedisMonitor(RedisUrl url, std::vector<profile::RedisKey> keys, std::function<core::TimePoint()> clock);

  Reading sample(core::TimePoint now, core::TimePoint deadline) override;
  /// What an answer to INFO says, without asking for it.
  void add_info(core::TimePoint now, const RedisReply& info, Reading& reading);

 private:
  /// The answers to TYPE for each key; asks for the lengths.
  void add_keys(const std::vector<RedisReply>& types, core::TimePoint deadline, Reading& reading);

  std::vector<profile::RedisKey> keys_;
  RedisConnection connection_;
  std::string shown_;
  CounterRate operations_, evicted_, rejected_;
};

}  // namespace soundcheck::monitor
