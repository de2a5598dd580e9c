#include <algorithm>
#include <chrono>
#include <set>

#include "runner/profile/connection_keys.hpp"
#include "runner/profile/declarations.hpp"
#include "runner/profile/monitor_types.hpp"
#include "runner/profile/monitors.hpp"

namespace soundcheck::profile {

namespace {

using namespace std::chrono_literals;

const Choice units{{std::begin(monitor_units), std::end(monitor_units)}};

/// A key of MonitorRequest, wherever it stands in a monitor.
template <class M, class T>
auto of_request(T MonitorRequest::*member) {
  return [member](M& monitor) -> T& { return monitor.request.*member; };
}

/// The keys that all endpoints asked over HTTP share.
template <class M>
Object<M> endpoint(const std::string& example) {
  return Object<M>()
      .required("url", MonitorUrl{example}, of_request<M>(&MonitorRequest::url),
                "for example `" + example + "`")
      .optional("headers", HeaderMap{}, of_request<M>(&MonitorRequest::headers),
                "sent with each request; take secrets from the environment")
      .optional("tls", tls_system(), of_request<M>(&MonitorRequest::tls), "how an https:// URL is talked to");
}

/// The keys of a series that the user names.
template <class S>
Object<S> chosen_series() {
  return Object<S>()
      .required("name", series_name(), &S::name, "the last part of its metric's name")
      .optional("unit", units, &S::unit,
                "of the value, for bounds and reports; without it `count`, and `1/s` for a rate")
      .optional(
          "as", Choice{{"value", "rate"}}, [](S& s, const std::string& as) { s.rate = as == "rate"; },
          "`value` as it is, or `rate`: the growth of a counter per second")
      .optional(
          "leak", TrueFalse{}, [](S& s, bool leak) { s.leak = leak; },
          "whether it leaks if it grows for as long as the load lasts; without it true for `bytes` that are "
          "no rate");
}

template <class S>
void fill_unit(const Value&, S& series, Mistakes&) {
  if (series.unit.empty()) series.unit = series.rate ? "1/s" : "count";
}

Object<ProcessMonitor> process_monitor() {
  return Object<ProcessMonitor>()
      .optional("pid", Count{1, 4'194'304}, &ProcessMonitor::pid, "its number")
      .optional("command", name_text(), &ProcessMonitor::command,
                "the name of its program, for example `postgres`; all that have it count")
      .optional("port", Count{1, 65'535}, &ProcessMonitor::port, "the TCP port that it listens on")
      .optional("cgroup", name_text(), &ProcessMonitor::cgroup,
                "the id of a container, or a path below /sys/fs/cgroup, such as "
                "`/system.slice/redis.service`; has the series cgroup_... besides")
      .exactly_one_of({"pid", "command", "port", "cgroup"});
}

void check_scraped(const Value& node, ScrapedSeries& series, Mistakes& mistakes) {
  if (series.quantile && series.rate)
    mistakes.report(*node.find("as"), "a quantile counts from one scrape to the next already",
                    "remove one of as and quantile");
  if (series.quantile && series.unit.empty()) series.unit = "s";
  fill_unit(node, series, mistakes);
}

Object<ScrapedSeries> scraped_series() {
  return chosen_series<ScrapedSeries>()
      .required("metric", name_text(), &ScrapedSeries::metric,
                "as the exporter calls it; of a histogram without `_bucket`")
      .optional("labels", LabelMap{}, &ScrapedSeries::labels,
                "only samples with these labels, for example `{state: active}`")
      .with_default("combine", Choice{{"sum", "max", "min", "mean"}}, &ScrapedSeries::combine, "sum",
                    "what becomes of several samples that match")
      .optional(
          "quantile", QuantileText{}, [](ScrapedSeries& s, double q) { s.quantile = q; },
          "of a histogram: this quantile of what was observed from one scrape to the next, estimated from "
          "its buckets; the unit is s without the key `unit`")
      .check(check_scraped);
}

Object<PrometheusMonitor> prometheus_monitor() {
  return endpoint<PrometheusMonitor>("http://127.0.0.1:9187/metrics")
      .required("series", List{scraped_series()}, &PrometheusMonitor::series, "what to take from the scrape");
}

Object<JsonMonitor> json_monitor() {
  return endpoint<JsonMonitor>("http://127.0.0.1:3000/api/queue")
      .required("series",
                List{chosen_series<JsonSeries>()
                         .required("pointer", json_pointer(), &JsonSeries::pointer,
                                   "JSON Pointer to a number, or to a text that is one")
                         .check(fill_unit<JsonSeries>)},
                &JsonMonitor::series, "what to take from the answer");
}

Object<RedisMonitor> redis_monitor() {
  return Object<RedisMonitor>()
      .required("url", MonitorUrl{"redis://127.0.0.1:6379/0", true}, &RedisMonitor::url,
                "for example `redis://127.0.0.1:6379/0` or `redis://${REDIS_LOGIN}@queue.internal`")
      .optional("keys", RedisKeyMap{}, &RedisMonitor::keys,
                "names of series to keys: the length of a list, stream, set, sorted set or hash, or the "
                "number in a string, for example `{queue_length: \"bull:calls:wait\"}`");
}

Object<PostgresMonitor> postgres_monitor() {
  return Object<PostgresMonitor>()
      .required("connection", PostgresConnection{}, &PostgresMonitor::connection,
                "a URL or key=value words of libpq, for example `postgresql://monitor@127.0.0.1/agentiq` or "
                "`${DATABASE_URL}`; PGPASSWORD and the like count")
      .with_default("slow_query", DurationText{1ms, 1h}, &PostgresMonitor::slow_query, "1s",
                    "queries that have run longer count as slow");
}

/// Stores a kind. The list of kinds in `exactly_one_of` below names them all.
template <class Kind>
void take(Monitor& monitor, Kind kind) {
  monitor.kind = std::move(kind);
}

void check_series(const Value& node, Monitor& monitor, Mistakes& mistakes) {
  constexpr std::size_t most_series = 64;
  std::set<std::string> names;
  for (const MonitorSeries& series : series_of(monitor)) {
    if (series.name.empty() || names.insert(series.name).second) continue;
    mistakes.report(node, fmt::format("two of its series are called \"{}\"", series.name),
                    "the names must differ, also from those that every such monitor has");
  }
  if (names.size() > most_series)
    mistakes.report(node, fmt::format("a monitor has at most {} series", most_series), "make two of it");
  if (monitor.timeout > interval_of(monitor) * 10)
    mistakes.report(*node.find("timeout"), "a sample may take at most ten times as long as `every`");
}

/// The URL or connection; empty if there is none, or if it could not be read.
struct PlaceOf {
  std::string operator()(const PrometheusMonitor& m) const { return m.request.url; }
  std::string operator()(const JsonMonitor& m) const { return m.request.url; }
  std::string operator()(const RedisMonitor& m) const { return m.url; }
  std::string operator()(const PostgresMonitor& m) const { return m.connection; }
  std::string operator()(const ProcessMonitor&) const { return {}; }
  std::string operator()(const HostMonitor&) const { return {}; }
};

/// The node of a key such as "tls.ca"; if it is not there, that of the map in which it belongs.
const Value& nearest_node(const Value& from, std::string_view key) {
  const std::size_t dot = std::min(key.find('.'), key.size());
  const Value* next = from.find(key.substr(0, dot));
  if (next == nullptr) return from;
  return dot == key.size() ? *next : nearest_node(*next, key.substr(dot + 1));
}

}  // namespace

Object<Monitor> monitor() {
  return Object<Monitor>()
      .required("name", series_name(), &Monitor::name, "its series are called `monitors.NAME.SERIES`")
      .optional(
          "every", DurationText{100ms, 1h}, [](Monitor& m, Duration every) { m.every = every; },
          "from one sample to the next; without it 1s, for prometheus and postgresql 5s")
      .with_default("timeout", DurationText{50ms, 30s}, &Monitor::timeout, "2s",
                    "of one sample; the run itself never waits for it")
      .optional("process", process_monitor(), take<ProcessMonitor>,
                "processes of this machine with all their children")
      .optional("host", Object<HostMonitor>(), take<HostMonitor>,
                "this machine: `host: {}`; CPU, memory, disks, network and pressure stall")
      .optional("prometheus", prometheus_monitor(), take<PrometheusMonitor>, "a scrape of any exporter")
      .optional("json", json_monitor(), take<JsonMonitor>, "an HTTP endpoint that answers with JSON")
      .optional("redis", redis_monitor(), take<RedisMonitor>, "a Redis server and the length of its queues")
      .optional("postgresql", postgres_monitor(), take<PostgresMonitor>, "a PostgreSQL server")
      .exactly_one_of({"process", "host", "prometheus", "json", "redis", "postgresql"})
      .check(check_series);
}

void check_monitors(const Value& nodes, const System& system, Mistakes& mistakes) {
  constexpr std::size_t most_monitors = 32;
  if (nodes.items.size() > most_monitors)
    mistakes.report(nodes, fmt::format("there can be at most {} monitors: each has a thread", most_monitors));
  std::set<std::string> names;
  for (std::size_t i = 0; i < nodes.items.size() && i < system.monitors.size(); ++i) {
    const std::string& name = system.monitors[i].name;
    const Value* node = nodes.items[i].find("name");
    if (node == nullptr || name.empty()) continue;
    if (name == target_monitor || name == generator_monitor) {
      mistakes.report(*node, "every run has a monitor of this name already", "choose another one");
    } else if (!names.insert(name).second) {
      mistakes.report(*node, "another monitor has this name", "names must differ");
    }
  }
}

void check_places(const Value& document, const System& system, const MonitorCheck& check,
                  Mistakes& mistakes) {
  const Value* nodes = document.find("monitors");
  if (nodes == nullptr || !check) return;
  for (std::size_t i = 0; i < nodes->items.size() && i < system.monitors.size(); ++i) {
    const Monitor& monitor = system.monitors[i];
    const Value* kind = nodes->items[i].find(kind_of(monitor));
    if (kind == nullptr || std::visit(PlaceOf{}, monitor.kind).empty()) continue;
    // Without the value: it may hold a password that is not written as one should be.
    for (const MonitorProblem& problem : check(monitor))
      report_secret(nearest_node(*kind, problem.key), problem.text, "", mistakes);
  }
}

}  // namespace soundcheck::profile
