#include <algorithm>

#include "runner/profile/monitor_system.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;
using All = std::vector<MonitorSeries>;

/// Names of the alternatives of Monitor::kind, and how often each is asked where nobody says so: a scrape or
/// a round of queries costs the other side more than a look into /proc.
struct Kind {
  std::string_view name;
  Duration every;
};
constexpr Kind kinds[]{{"process", 1s}, {"host", 1s},  {"prometheus", 5s},
                       {"json", 1s},    {"redis", 1s}, {"postgresql", 5s}};
static_assert(std::size(kinds) == std::variant_size_v<decltype(Monitor::kind)>);

All with(All series, const All& more) {
  series.insert(series.end(), more.begin(), more.end());
  return series;
}

const All process_series{{"rss", "bytes", true},         {"pss", "bytes", true},
                         {"anonymous", "bytes", true},   {"cpu", "cores"},
                         {"descriptors", "count", true}, {"sockets", "count", true},
                         {"threads", "count", true},     {"processes", "count", true},
                         {"read_rate", "bytes/s"},       {"write_rate", "bytes/s"}};

// Not cgroup_memory: the page cache in it may grow up to the limit of the group, and is given back.
const All cgroup_series{{"cgroup_memory", "bytes"},
                        {"cgroup_anonymous", "bytes", true},
                        {"cgroup_cpu", "cores"},
                        {"cgroup_throttled", "ratio"},
                        {"cgroup_oom_kills", "count"}};

const All host_series{{"cpu", "ratio"},          {"busiest_core", "ratio"},     {"stolen", "ratio"},
                      {"memory_used", "ratio"},  {"memory_available", "bytes"}, {"swap_used", "bytes"},
                      {"disk_read", "bytes/s"},  {"disk_write", "bytes/s"},     {"disk_busy", "ratio"},
                      {"network_in", "bytes/s"}, {"network_out", "bytes/s"},    {"pressure_cpu", "ratio"},
                      {"pressure_io", "ratio"},  {"pressure_memory", "ratio"}};

const All redis_series{{"memory", "bytes"},
                       {"memory_rss", "bytes"},
                       {"clients", "count"},
                       {"blocked_clients", "count"},
                       {"operations", "1/s"},
                       {"evicted_keys", "1/s"},
                       {"rejected_connections", "1/s"}};

const All postgres_series{{"connections", "count"},
                          {"pool_use", "ratio"},
                          {"active", "count"},
                          {"idle", "count"},
                          {"idle_in_transaction", "count"},
                          {"waiting_on_locks", "count"},
                          {"slow_queries", "count"},
                          {"longest_query", "s"},
                          {"commits", "1/s"},
                          {"rollbacks", "1/s"},
                          {"deadlocks", "1/s"},
                          {"cache_hits", "ratio"},
                          {"database_size", "bytes"}};

/// Those that the user names. Bytes that are no rate are the memory of something, if nobody says otherwise.
template <class Named>
All named(const std::vector<Named>& from) {
  All series;
  for (const Named& one : from)
    series.push_back({one.name, one.unit, one.leak.value_or(one.unit == "bytes" && !one.rate)});
  return series;
}

All series_of_kind(const ProcessMonitor& m) {
  return m.cgroup.empty() ? process_series : with(process_series, cgroup_series);
}
All series_of_kind(const HostMonitor&) { return host_series; }
All series_of_kind(const PrometheusMonitor& m) { return named(m.series); }
All series_of_kind(const JsonMonitor& m) { return named(m.series); }
All series_of_kind(const RedisMonitor& m) {
  All series = redis_series;
  for (const RedisKey& key : m.keys) series.push_back({key.name, "count"});
  return series;
}
All series_of_kind(const PostgresMonitor&) { return postgres_series; }

}  // namespace

std::string_view kind_of(const Monitor& monitor) { return kinds[monitor.kind.index()].name; }

Duration interval_of(const Monitor& monitor) {
  return monitor.every.value_or(kinds[monitor.kind.index()].every);
}

std::vector<MonitorSeries> series_of(const Monitor& monitor) {
  return std::visit([](const auto& kind) { return series_of_kind(kind); }, monitor.kind);
}

const std::vector<MonitorSeries>& own_series() {
  static const All series{{"rss", "bytes", true},
                          {"pss", "bytes", true},
                          {"cpu", "cores"},
                          {"descriptors", "count", true},
                          {"threads", "count", true}};
  return series;
}

}  // namespace soundcheck::profile
