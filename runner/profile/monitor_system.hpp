// What is watched beside the load: the monitors of a system. Filled by the loader, constant from then on.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runner/profile/connection_system.hpp"
#include "runner/profile/values.hpp"

namespace soundcheck::profile {

/// A figure that a monitor samples: the last part of monitors.NAME.SERIES.
struct MonitorSeries {
  std::string name;
  std::string unit;       ///< one of monitor_units
  bool may_leak = false;  ///< growth for as long as the load lasts is a leak
};
inline constexpr std::string_view monitor_units[]{"count", "bytes", "s", "ratio", "cores", "1/s", "bytes/s"};

/// Exactly one is set.
struct ProcessMonitor {
  std::uint64_t pid = 0;
  std::string command;     ///< name of the program
  std::uint64_t port = 0;  ///< which it listens on
  std::string cgroup;      ///< path below /sys/fs/cgroup, or the id of a container
};

struct HostMonitor {};

/// How an endpoint is asked.
struct MonitorRequest {
  std::string url;
  Headers headers;  ///< may hold secrets
  TlsSystem tls;
};

struct ScrapedSeries {
  std::string name;
  std::string unit;
  std::string metric;
  std::vector<std::pair<std::string, std::string>> labels;  ///< that a sample must have
  bool rate = false;                                        ///< growth per second of a counter
  std::string combine;             ///< "sum", "max", "min" or "mean" of several samples that match
  std::optional<double> quantile;  ///< of a histogram, from one scrape to the next
  std::optional<bool> leak;        ///< absent: may_leak says it
};
struct PrometheusMonitor {
  MonitorRequest request;
  std::vector<ScrapedSeries> series;
};

struct JsonSeries {
  std::string name;
  std::string unit;
  std::string pointer;
  bool rate = false;
  std::optional<bool> leak;  ///< likewise
};
struct JsonMonitor {
  MonitorRequest request;
  std::vector<JsonSeries> series;
};

struct RedisKey {
  std::string name;  ///< of the series
  std::string key;
};
struct RedisMonitor {
  std::string url;  ///< may hold a password
  std::vector<RedisKey> keys;
};

struct PostgresMonitor {
  std::string connection;  ///< may hold a password
  Duration slow_query{};   ///< queries that run longer are counted
};

struct Monitor {
  std::string name;
  std::optional<Duration> every;  ///< absent: what default_interval says
  Duration timeout{};             ///< of one sample
  std::variant<ProcessMonitor, HostMonitor, PrometheusMonitor, JsonMonitor, RedisMonitor, PostgresMonitor>
      kind;
};

/// What is wrong with where a monitor shall look.
struct MonitorProblem {
  std::string key;   ///< below the kind, for example "url" or "tls.ca"
  std::string text;  ///< the rule, and what to write; never a secret
};
/// Says what only whoever will ask there can tell: whether a URL, a connection or a certificate can be used.
/// Asks nobody.
using MonitorCheck = std::function<std::vector<MonitorProblem>(const Monitor&)>;

/// "process", "host", "prometheus", "json", "redis" or "postgresql".
std::string_view kind_of(const Monitor& monitor);
Duration interval_of(const Monitor& monitor);

/// In the order in which samples hold them.
std::vector<MonitorSeries> series_of(const Monitor& monitor);

/// Every run has these monitors, without a word in the system file: the target's process and our own.
inline constexpr std::string_view target_monitor = "target";
inline constexpr std::string_view generator_monitor = "generator";
const std::vector<MonitorSeries>& own_series();

}  // namespace soundcheck::profile
