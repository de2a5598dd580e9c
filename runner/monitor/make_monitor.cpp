#include "runner/monitor/make_monitor.hpp"

#include <utility>

#include "runner/monitor/host_monitor.hpp"
#include "runner/monitor/json_monitor.hpp"
#include "runner/monitor/postgres_monitor.hpp"
#include "runner/monitor/process_monitor.hpp"
#include "runner/monitor/prometheus_monitor.hpp"
#include "runner/monitor/redis_monitor.hpp"

namespace soundcheck::monitor {

namespace {

using Made = std::variant<MadeMonitor, Problems>;

struct Maker {
  const profile::Monitor& settings;
  std::function<core::TimePoint()> clock;

  Made operator()(const profile::ProcessMonitor& process) const {
    return MadeMonitor{std::make_unique<ProcessMonitor>(process, clock), ProcessMonitor::source(process)};
  }
  Made operator()(const profile::HostMonitor&) const {
    return MadeMonitor{std::make_unique<HostMonitor>(), "this machine"};
  }
  Made operator()(const profile::PrometheusMonitor& scrape) const {
    return over_http<PrometheusMonitor>(scrape);
  }
  Made operator()(const profile::JsonMonitor& endpoint) const { return over_http<JsonMonitor>(endpoint); }
  Made operator()(const profile::RedisMonitor& redis) const {
    auto url = RedisUrl::parse(redis.url);
    if (const auto* problem = std::get_if<std::string>(&url)) return Problems{{"url", *problem}};
    auto& place = std::get<RedisUrl>(url);
    const std::string shown = place.shown();
    return MadeMonitor{std::make_unique<RedisMonitor>(std::move(place), redis.keys, clock), shown};
  }
  Made operator()(const profile::PostgresMonitor& postgres) const {
    auto parsed = parse_postgres_connection(postgres.connection);
    if (const auto* problem = std::get_if<std::string>(&parsed)) return Problems{{"connection", *problem}};
    const auto& place = std::get<PostgresPlace>(parsed);
    return MadeMonitor{std::make_unique<PostgresMonitor>(postgres.connection, place, postgres.slow_query,
                                                         settings.timeout, clock),
                       place.shown};
  }

 private:
  template <class M, class Settings>
  static Made over_http(const Settings& settings) {
    auto source = HttpSource::create(settings.request, M::accept);
    if (auto* problems = std::get_if<Problems>(&source)) return std::move(*problems);
    auto& good = std::get<HttpSource>(source);
    const std::string shown = good.shown();
    return MadeMonitor{std::make_unique<M>(std::move(good), settings.series), shown};
  }

 public:
  Maker(const profile::Monitor& s, std::function<core::TimePoint()> c) : settings(s), clock(std::move(c)) {}
};

}  // namespace

Made make_monitor(const profile::Monitor& settings, std::function<core::TimePoint()> clock) {
  return std::visit(Maker(settings, std::move(clock)), settings.kind);
}

Problems check_monitor(const profile::Monitor& settings) {
  auto made = make_monitor(settings, nullptr);  // it is asked for no sample, so it needs no clock
  auto* problems = std::get_if<Problems>(&made);
  return problems == nullptr ? Problems() : std::move(*problems);
}

}  // namespace soundcheck::monitor
