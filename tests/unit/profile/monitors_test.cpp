// The key monitors: what it means, and what is said when it is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/profile/monitors.hpp"
#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class MonitorsTest : public testing::Test {
 protected:
  /// The minimal system with these lines.
  void with(const std::string& lines) { workspace.write("systems/sys.yaml", minimal_system + lines); }
  System good() {
    const LoadResult loaded = workspace.load();
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.to_string();
    return loaded.profile ? loaded.profile->system : System{};
  }
  Workspace workspace;
};

TEST_F(MonitorsTest, EveryKindCanBeSaid) {
  workspace.environment = {{"REDIS_LOGIN", ":opensesame"},
                           {"DATABASE_URL", "postgresql://ada:opensesame@db/agentiq"},
                           {"TOKEN", "t0ken"}};
  with(R"(monitors:
  - {name: agent, process: {port: 8080}}
  - {name: machine, every: 2s, host: {}}
  - name: mongo
    timeout: 1s
    prometheus:
      url: https://exporter.test:9216/metrics
      headers: {Authorization: "Bearer ${TOKEN}"}
      tls: {verify: false}
      series:
        - {name: connections, metric: mongodb_connections, labels: {state: current}, combine: max}
        - {name: operations, metric: mongodb_ops_total, as: rate}
        - {name: p95, metric: mongodb_latency_seconds, quantile: 0.95}
  - name: queue
    json:
      url: http://127.0.0.1:3000/calling/api/queue
      series:
        - {name: depth, pointer: /depth}
        - {name: heap, pointer: /heap, unit: bytes}
        - {name: files, pointer: /files, leak: true}
        - {name: cache, pointer: /cache, unit: bytes, leak: false}
  - {name: redis, redis: {url: "redis://${REDIS_LOGIN}@127.0.0.1:6379", keys: {queue_length: "bull:calls:wait"}}}
  - {name: db, postgresql: {connection: "${DATABASE_URL}", slow_query: 500ms}}
objectives:
  - {name: Queue depth, metric: monitors.redis.queue_length, aggregation: max, target: "< 1000"}
  - {name: CPU, metric: monitors.machine.cpu, aggregation: mean, target: "< 80%"}
  - {name: Disk, metric: monitors.machine.disk_write, aggregation: max, target: "< 10MB/s"}
  - {name: Heap, metric: monitors.queue.heap, aggregation: growth, target: "< 50MB", warning: "<= 100MB"}
  - {name: Heap an hour, metric: monitors.queue.heap, aggregation: growth_per_hour, target: "< 5MB/h"}
  - {name: Ops, metric: monitors.mongo.operations, aggregation: last, target: "> 10/s"}
  - {name: Latency, metric: monitors.mongo.p95, aggregation: max, target: "< 20ms"}
  - {name: Our own house, metric: monitors.generator.descriptors, aggregation: growth, target: "< 5"}
  - {name: The target's threads, metric: monitors.target.threads, aggregation: max, target: "< 100"}
)");
  const System system = good();
  ASSERT_EQ(system.monitors.size(), 6u);
  EXPECT_EQ(std::get<ProcessMonitor>(system.monitors[0].kind).port, 8080u);
  EXPECT_EQ(interval_of(system.monitors[0]), 1s);
  EXPECT_EQ(system.monitors[0].timeout, 2s);
  EXPECT_EQ(kind_of(system.monitors[1]), "host");
  EXPECT_EQ(interval_of(system.monitors[1]), 2s);

  const auto& mongo = std::get<PrometheusMonitor>(system.monitors[2].kind);
  EXPECT_EQ(interval_of(system.monitors[2]), 5s);
  EXPECT_THAT(mongo.request.headers, ElementsAre(Pair("Authorization", "Bearer t0ken")));
  EXPECT_FALSE(mongo.request.tls.verify);
  EXPECT_THAT(mongo.series[0].labels, ElementsAre(Pair("state", "current")));
  EXPECT_EQ(mongo.series[0].combine, "max");
  EXPECT_EQ(mongo.series[0].unit, "count");
  EXPECT_EQ(mongo.series[1].unit, "1/s");
  EXPECT_EQ(mongo.series[2].unit, "s");
  EXPECT_EQ(mongo.series[2].quantile, 0.95);

  EXPECT_EQ(std::get<JsonMonitor>(system.monitors[3].kind).series[1].unit, "bytes");
  const std::vector<MonitorSeries> queue = series_of(system.monitors[3]);
  EXPECT_THAT(queue, ElementsAre(testing::Field(&MonitorSeries::may_leak, false),   // a count
                                 testing::Field(&MonitorSeries::may_leak, true),    // bytes
                                 testing::Field(&MonitorSeries::may_leak, true),    // as it says
                                 testing::Field(&MonitorSeries::may_leak, false)))  // likewise
      << "depth, heap, files, cache";
  EXPECT_EQ(std::get<RedisMonitor>(system.monitors[4].kind).url, "redis://:opensesame@127.0.0.1:6379");
  EXPECT_EQ(series_of(system.monitors[4]).back().name, "queue_length");
  EXPECT_EQ(std::get<PostgresMonitor>(system.monitors[5].kind).slow_query, 500ms);
  EXPECT_EQ(system.objectives[2].levels[0].bound.value, 10e6);
  EXPECT_EQ(system.objectives[4].levels[0].bound.value, 5e6) << "an hour";
  EXPECT_THAT(workspace.load().profile->source_text, Not(HasSubstr("opensesame")));
}

TEST_F(MonitorsTest, AllMistakesAreSaidAtOnce) {
  with(R"(monitors:
  - {name: redis, redis: {url: "redis://127.0.0.1", keys: {memory: a, "bad-name": b}}}
  - {name: redis, host: {}}
  - {name: generator, host: {}}
  - {name: two, host: {}, process: {pid: 1}}
  - {name: none}
  - {name: p, process: {pid: 1, port: 2}}
  - {name: j, timeout: 30s, json: {url: "http://h/", series: [{name: a, pointer: b}]}}
  - {name: s, prometheus: {url: "http://h/", series: [{name: a, metric: m, quantile: 1.5}, {name: b, metric: m, quantile: 0.5, as: rate}]}}
objectives:
  - {name: a, metric: monitors.redis.memry, aggregation: max, target: "< 1MB"}
  - {name: b, metric: monitors.redis.clients, aggregation: p95, target: "< 1"}
  - {name: c, metric: monitors.redis.clients, target: "< 1"}
  - {name: d, metric: monitors.redis.clients, aggregation: max, target: "< 1", over: 30s}
  - {name: e, metric: monitors.target.rss, aggregation: max, target: "< 5"}
)");
  EXPECT_THAT(
      workspace.mistakes(),
      testing::UnorderedElementsAre(
          HasSubstr(
              "monitors[0]: two of its series are called \"memory\"; the names must differ, also from those "
              "that every such monitor has"),
          HasSubstr("monitors[0].redis.keys.bad-name: a name in metrics is letters, digits and underscores"),
          HasSubstr("monitors[1].name: another monitor has this name (found \"redis\"); names must differ"),
          HasSubstr("monitors[2].name: every run has a monitor of this name already (found \"generator\")"),
          HasSubstr("monitors[3]: write exactly one of process, host, prometheus, json, redis, postgresql"),
          HasSubstr("monitors[4]: write exactly one of process, host, prometheus, json, redis, postgresql"),
          HasSubstr("monitors[5].process: write exactly one of pid, command, port, cgroup"),
          HasSubstr("monitors[6].json.series[0].pointer: a JSON Pointer begins with /"),
          HasSubstr("monitors[6].timeout: a sample may take at most ten times as long as `every`"),
          HasSubstr("monitors[7].prometheus.series[0].quantile: a quantile is between 0 and 1"),
          HasSubstr(
              "monitors[7].prometheus.series[1].as: a quantile counts from one scrape to the next already"),
          HasSubstr("objectives[0].metric: unknown metric (found \"monitors.redis.memry\"); did you mean "
                    "\"monitors.redis.memory\"?"),
          HasSubstr("objectives[1].aggregation: unknown aggregation (found \"p95\")"),
          HasSubstr(
              "objectives[2]: monitors.redis.clients is a series and needs an aggregation; write for example "
              "aggregation: max"),
          HasSubstr("objectives[3].over: monitors.redis.clients is judged for the whole run"),
          HasSubstr("objectives[4].target: the bound of monitors.target.rss: a size needs a unit")));
}

TEST_F(MonitorsTest, PasswordsInTheFileAreRefusedAndNotRepeated) {
  with(R"(monitors:
  - {name: a, redis: {url: "redis://:opensesame@127.0.0.1"}}
  - {name: b, postgresql: {connection: "postgresql://ada:opensesame@db/x"}}
  - {name: c, postgresql: {connection: "host=db password=opensesame"}}
  - {name: d, json: {url: "http://ada:opensesame@h/", series: [{name: a, pointer: /a}]}}
  - {name: e, prometheus: {url: "opensesame@h", series: [{name: a, metric: a}]}}
)");
  const auto mistakes = workspace.mistakes();
  EXPECT_EQ(mistakes.size(), 5u);
  for (const std::string& mistake : mistakes) EXPECT_THAT(mistake, Not(HasSubstr("opensesame")));
  EXPECT_THAT(mistakes[0], HasSubstr("redis://${REDIS_LOGIN}@host"));
  EXPECT_THAT(mistakes[1], HasSubstr("${DATABASE_URL}, or set PGPASSWORD"));
  EXPECT_THAT(mistakes[3], HasSubstr("send them as a header from the environment"));
}

TEST_F(MonitorsTest, APasswordMayHoldWhatShouldHaveBeenEncoded) {
  for (const std::string monitor :
       {R"(postgresql: {connection: "postgresql://monitor:Zm9v/opensesame@db:5432/app"})",
        R"(postgresql: {connection: "postgresql://monitor:opensesame?a/b@db/app"})",
        R"(postgresql: {connection: "postgresql://monitor:1/open@sesame@db/app"})",
        R"(redis: {url: "redis://:1/opensesame@h"})", R"(redis: {url: "redis://:1?opensesame@h/0"})",
        R"(json: {url: "http://admin:12/opensesame@h/m", series: [{name: a, pointer: /a}]})",
        R"(json: {url: "http://admin:1?opensesame@h/m", series: [{name: a, pointer: /a}]})"}) {
    with("monitors:\n  - {name: a, " + monitor + "}\n");
    const auto mistakes = workspace.mistakes();
    ASSERT_EQ(mistakes.size(), 1u) << monitor;
    EXPECT_THAT(mistakes[0], HasSubstr("cannot stand here as text: "));
    EXPECT_THAT(mistakes[0], Not(HasSubstr("sesame")));
  }
  with(R"(monitors:
  - {name: a, postgresql: {connection: "postgresql://monitor@db:5432/app?sslmode=require"}}
  - {name: b, json: {url: "http://h/m?mail=a@b", series: [{name: a, pointer: /a}]}}
)");
  good();
}

TEST_F(MonitorsTest, AVariableBesideAPasswordDoesNotHideIt) {
  workspace.environment = {{"HOST", "db"}, {"PASSWORD", "k"}, {"LOGIN", "ada:k"}};
  for (const std::string monitor :
       {R"(redis: {url: "redis://:opensesame@${HOST}"})", R"(redis: {url: "redis://${LOGIN}:opensesame@h"})",
        R"(redis: {url: "${HOST:-redis://:opensesame@h}"})",
        R"(postgresql: {connection: "postgresql://ada:opensesame@${HOST}/x"})",
        R"(postgresql: {connection: "host=${HOST} password=opensesame"})",
        R"(postgresql: {connection: "host=${HOST} password='opensesame'"})"}) {
    with("monitors:\n  - {name: a, " + monitor + "}\n");
    const auto mistakes = workspace.mistakes();
    ASSERT_EQ(mistakes.size(), 1u) << monitor;
    EXPECT_THAT(mistakes[0], HasSubstr("cannot stand here as text: "));
    EXPECT_THAT(mistakes[0], Not(HasSubstr("opensesame")));
  }
  with(R"(monitors:
  - {name: a, redis: {url: "redis://ada:${PASSWORD}@${HOST}:6379/0"}}
  - {name: b, redis: {url: "redis://${LOGIN}@h"}}
  - {name: c, postgresql: {connection: "host=${HOST} password=${PASSWORD} dbname=x"}}
  - {name: d, postgresql: {connection: "host=${HOST} password='${PASSWORD}'"}}
  - {name: e, postgresql: {connection: "postgresql://ada:${PASSWORD}@${HOST}/x?sslmode=disable"}}
  - {name: f, postgresql: {connection: "postgresql://${HOST}/x?password=${PASSWORD}&user=ada"}}
  - {name: g, redis: {url: "${UNSET:-redis://127.0.0.1:6379}"}}
)");
  good();
}

TEST_F(MonitorsTest, WhatTheAskerSaysStandsAtItsKey) {
  std::vector<std::string> asked;
  workspace.request.check_monitor = [&](const Monitor& monitor) -> std::vector<MonitorProblem> {
    asked.push_back(monitor.name);
    if (monitor.name == "good") return {};
    return {{"url", "no such port"}, {"tls.ca", "no certificate"}, {"tls.key", "no key"}};
  };
  workspace.write("systems/ca.pem", "");
  workspace.environment = {{"URL", "https://h:99999/opensesame"}};
  with(R"(monitors:
  - {name: good, redis: {url: "redis://h"}}
  - name: bad
    json:
      url: ${URL}
      tls: {ca: ca.pem}
      series: [{name: a, pointer: /a}]
  - {name: unread, redis: {url: "ftp://h"}}
  - {name: placeless, host: {}}
)");
  EXPECT_THAT(
      workspace.mistakes(),
      ElementsAre("systems/sys.yaml:11:12: monitors[1].json.url: no such port",
                  "systems/sys.yaml:12:12: monitors[1].json.tls: no key",
                  "systems/sys.yaml:12:17: monitors[1].json.tls.ca: no certificate",
                  "systems/sys.yaml:14:33: monitors[2].redis.url: this is not such a URL; write it like "
                  "redis://127.0.0.1:6379/0"));
  EXPECT_THAT(asked, ElementsAre("good", "bad"));
}

TEST_F(MonitorsTest, TooManyAreRefused) {
  std::string many = "monitors:\n";
  for (int i = 0; i < 33; ++i) many += "  - {name: m" + std::to_string(i) + ", host: {}}\n";
  with(many);
  EXPECT_THAT(workspace.mistakes(),
              ElementsAre(HasSubstr("there can be at most 32 monitors: each has a thread")));
}

}  // namespace
}  // namespace soundcheck::profile
