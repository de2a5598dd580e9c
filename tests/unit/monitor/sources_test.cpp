// What the monitors of databases and endpoints make of answers and of what the system file says, without
// anybody who answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/monitor/json_monitor.hpp"
#include "runner/monitor/make_monitor.hpp"
#include "runner/monitor/postgres_monitor.hpp"
#include "runner/monitor/prometheus_monitor.hpp"
#include "runner/monitor/redis_monitor.hpp"

namespace soundcheck::monitor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

HttpSource endpoint(const std::string& url) {
  return std::get<HttpSource>(HttpSource::create({url, {}, {}}, "*/*"));
}

std::vector<std::string> troubles(const Reading& reading) {
  std::vector<std::string> texts;
  for (const Trouble& trouble : reading.troubles) texts.push_back(trouble.text);
  return texts;
}

TEST(HttpSource, ShowsNeitherQueryNorPassword) {
  EXPECT_EQ(endpoint("http://127.0.0.1:9/metrics?token=secret#x").shown(), "http://127.0.0.1:9/metrics");
  EXPECT_EQ(endpoint("http://127.0.0.1:9").shown(), "http://127.0.0.1:9");
  for (const char* url : {"http://:9/", "ftp://x/", "http://ada:secret@x/", "http://x:99999/",
                          "http://ada:secret/2@x/", "http://ada:secret?2@x/", "http://secret:secret"}) {
    const auto made = HttpSource::create({url, {}, {}}, "*/*");
    ASSERT_TRUE(std::holds_alternative<Problems>(made)) << url;
    const auto& problems = std::get<Problems>(made);
    ASSERT_EQ(problems.size(), 1u) << url;
    EXPECT_EQ(problems[0].key, "url");
    EXPECT_THAT(problems[0].text, Not(HasSubstr("secret")));
    EXPECT_THAT(problems[0].text, HasSubstr("write it like http://127.0.0.1:9187/metrics"));
  }
}

TEST(PrometheusMonitor, TakesItsSeriesFromAScrape) {
  profile::ScrapedSeries open{"open", "count", "mongodb_connections", {{"state", "current"}}, false, "sum",
                              {},     {}};
  profile::ScrapedSeries lost{"lost", "count", "mongodb_lost", {}, false, "sum", {}, {}};
  PrometheusMonitor monitor(endpoint("http://127.0.0.1:9/metrics"), {open, lost});
  const Reading reading = monitor.read(
      {}, "mongodb_connections{state=\"available\"} 800\nmongodb_connections{state=\"current\"} 12\n");
  EXPECT_THAT(reading.values, ElementsAre(12, std::nullopt));
  ASSERT_EQ(reading.troubles.size(), 1u);
  EXPECT_THAT(reading.troubles[0].series, ElementsAre(1u));
  EXPECT_THAT(
      troubles(monitor.read({}, "<html>")),
      ElementsAre("http://127.0.0.1:9/metrics does not answer in the text format of Prometheus: line 1: "
                  "the name of a metric is expected; check the path of its url"));
}

TEST(JsonMonitor, TakesNumbersAndTextsThatAreNumbers) {
  JsonMonitor monitor(endpoint("http://127.0.0.1:9/q"), {{"depth", "count", "/queue/depth", false, {}},
                                                         {"text", "count", "/queue/text", false, {}},
                                                         {"done", "1/s", "/done", true, {}},
                                                         {"none", "count", "/nowhere", false, {}},
                                                         {"key", "count", "/key", false, {}}});
  constexpr const char* answer =
      R"({"queue": {"depth": 17, "text": "2.5"}, "done": 100, "key": "sk-secret"})";
  Reading reading = monitor.read(core::TimePoint{1s}, answer);
  EXPECT_THAT(reading.values, ElementsAre(17, 2.5, std::nullopt, std::nullopt, std::nullopt));
  EXPECT_THAT(troubles(reading), ElementsAre("the answer has nothing at /nowhere for none: check the pointer",
                                             "the answer has no number at /key for key: check the pointer"));
  reading = monitor.read(core::TimePoint{3s}, R"({"queue": {"depth": 1e400, "text": true}, "done": 150})");
  EXPECT_EQ(reading.values[2], 25);
  EXPECT_FALSE(reading.values[0] || reading.values[1]);
  EXPECT_THAT(troubles(monitor.read({}, "down for maintenance")),
              ElementsAre("http://127.0.0.1:9/q does not answer with JSON: check the path of its url"));
}

TEST(RedisInfo, NumbersByTheirNames) {
  const auto numbers = parse_redis_info(
      "# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:42\r\n\r\n# Memory\r\nused_memory:1048576\r\n"
      "mem_fragmentation_ratio:1.25\r\nused_memory_human:1.00M\r\ndb0:keys=1,expires=0\r\nbroken\r\nnan:nan");
  EXPECT_THAT(numbers,
              testing::UnorderedElementsAre(Pair("uptime_in_seconds", 42), Pair("used_memory", 1048576),
                                            Pair("mem_fragmentation_ratio", 1.25)));
}

TEST(RedisInfo, EachFieldThatIsMissingIsSaid) {
  RedisMonitor monitor(std::get<RedisUrl>(RedisUrl::parse("redis://h")), {},
                       [] { return core::TimePoint{}; });
  Reading reading(7);
  monitor.add_info(
      {}, {RedisReply::Kind::text, "used_memory:5\r\nconnected_clients:2\r\nevicted_keys:1\r\n", 0}, reading);
  EXPECT_THAT(reading.values,
              ElementsAre(5, std::nullopt, 2, std::nullopt, std::nullopt, std::nullopt, std::nullopt));
  ASSERT_EQ(reading.troubles.size(), 4u) << "evicted_keys is there and needs an earlier sample";
  EXPECT_EQ(reading.troubles[0].text,
            "h:6379 has no used_memory_rss in its INFO: ask the Redis itself, not what stands before it");
  EXPECT_THAT(reading.troubles[0].series, ElementsAre(1u));
  EXPECT_THAT(reading.troubles[2].text, HasSubstr("total_commands_processed"));
  EXPECT_THAT(reading.troubles[2].series, ElementsAre(4u));
}

TEST(PostgresMonitor, WhatIsHiddenIsTheReasonOfEverySeriesThatNeedsIt) {
  PostgresMonitor monitor("host=db", {"db:5432/", ""}, 1s, 1s, [] { return core::TimePoint{}; });
  Reading reading(13);
  monitor.add_sessions({"7", "100", "0", "0", "0", "0", "0", "0", "6"}, reading);
  EXPECT_EQ(reading.values[0], 7);
  EXPECT_EQ(reading.values[1], 0.07);
  ASSERT_EQ(reading.troubles.size(), 1u);
  EXPECT_EQ(reading.troubles[0].text,
            "what 6 sessions of other users do is hidden from this user: GRANT pg_monitor TO it");
  EXPECT_THAT(reading.troubles[0].series, ElementsAre(2u, 3u, 4u, 5u, 6u, 7u));
}

TEST(RedisUrl, SaysWhereAndAsWhom) {
  const auto url = std::get<RedisUrl>(RedisUrl::parse("redis://ada:p%40ss@[::1]:6400/3"));
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 6400);
  EXPECT_EQ(url.user, "ada");
  EXPECT_EQ(url.password, "p@ss");
  EXPECT_EQ(url.database, 3u);
  EXPECT_EQ(url.shown(), "[::1]:6400");
  EXPECT_EQ(std::get<RedisUrl>(RedisUrl::parse("redis://:x@queue")).password, "x");
  EXPECT_EQ(std::get<RedisUrl>(RedisUrl::parse("redis://queue/")).shown(), "queue:6379");
  for (const char* wrong :
       {"redis://", "rediss://x:secret@h", "redis://:secret@h/db", "redis://:secret@h:0",
        "redis://:secret@h:99999", "localhost:6379", "redis://ada:secret/2@h", "redis://ada:1/secret@h",
        "redis://ada:s@secret@h", "redis://ada:1?secret@h/0", "redis://ada:1#secret@h/0"}) {
    const auto parsed = RedisUrl::parse(wrong);
    ASSERT_TRUE(std::holds_alternative<std::string>(parsed)) << wrong;
    EXPECT_THAT(std::get<std::string>(parsed), HasSubstr("write it like redis://127.0.0.1:6379/0"));
    EXPECT_THAT(std::get<std::string>(parsed), Not(HasSubstr("secret")));
  }
}

TEST(RedisUrl, TheServerMayRepeatOurLoginButWeDoNot) {
  const auto url = std::get<RedisUrl>(RedisUrl::parse("redis://ada:opensesame@h"));
  EXPECT_EQ(url.without_login("ERR unknown command `AUTH`, with args beginning with: `ada`, `opensesa"),
            "ERR unknown command `AUTH`");
  EXPECT_EQ(url.without_login("ERR user ada has no password opensesame"), "ERR user *** has no password ***");
  EXPECT_EQ(std::get<RedisUrl>(RedisUrl::parse("redis://h")).without_login("NOAUTH Authentication required."),
            "NOAUTH Authentication required.");
}

TEST(PostgresPlace, RefusesAUrlThatIsCutInItsPassword) {
  for (const char* text :
       {"postgresql://monitor:Zm9v/secret@db:5432/app", "postgresql://monitor:1/secret@db:5432/app",
        "postgresql://monitor:p@secret@db/app", "postgres://monitor:1/2/secret@db/app",
        "postgresql://monitor:secret/1?x@db/app", "dbname=postgresql://monitor:secret@db/app",
        "host=db port=secret", "host=db port=0", "postgresql://db:5432,db2:99999/app"}) {
    const auto place = parse_postgres_connection(text);
    ASSERT_TRUE(std::holds_alternative<std::string>(place)) << text;
    EXPECT_THAT(std::get<std::string>(place), Not(HasSubstr("secret"))) << text;
  }
  EXPECT_THAT(std::get<std::string>(parse_postgres_connection("postgresql://monitor:p@ssw0rd@db/app")),
              HasSubstr("percent-encode those of its password, %40 for @ and %2F for /"));
  EXPECT_THAT(std::get<std::string>(parse_postgres_connection("host=db port=secret")),
              HasSubstr("percent-encode them as %2F and %40"));
  const auto encoded =
      std::get<PostgresPlace>(parse_postgres_connection("postgresql://monitor:p%40ss%2Fw@db:5433/app"));
  EXPECT_EQ(encoded.shown, "db:5433/app");
  EXPECT_EQ(encoded.password, "p@ss/w");
  EXPECT_EQ(std::get<PostgresPlace>(parse_postgres_connection("postgresql://a:5432,b:5433/app")).shown,
            "a,b:5432,5433/app");
  EXPECT_EQ(std::get<PostgresPlace>(parse_postgres_connection("host=@abstract dbname=app")).shown,
            "@abstract:5432/app")
      << "a socket without a file";
}

TEST(PostgresPlace, ShowsNoPassword) {
  for (const char* text : {"postgresql://ada:secret@db:5433/agentiq",
                           "host=db port=5433 dbname=agentiq user=ada password=secret"}) {
    const auto place = std::get<PostgresPlace>(parse_postgres_connection(text));
    EXPECT_EQ(place.shown, "db:5433/agentiq");
    EXPECT_EQ(place.password, "secret");
  }
  EXPECT_EQ(std::get<PostgresPlace>(parse_postgres_connection("dbname=x")).shown, "local socket:5432/x");
  for (const char* wrong : {"host=db secret", "postgresql://ada:secret@[db/", "secrets=secret"}) {
    const auto place = parse_postgres_connection(wrong);
    ASSERT_TRUE(std::holds_alternative<std::string>(place)) << wrong;
    EXPECT_THAT(std::get<std::string>(place), Not(HasSubstr("secret")));
    EXPECT_THAT(std::get<std::string>(place), HasSubstr("write it like postgresql://"));
  }
}

TEST(MakeMonitor, OneOfEachKind) {
  const auto source = [](auto kind) {
    profile::Monitor settings;
    settings.kind = std::move(kind);
    auto made = make_monitor(settings, [] { return core::TimePoint{}; });
    const auto* problems = std::get_if<Problems>(&made);
    return problems != nullptr ? "wrong: " + problems->at(0).text : std::get<MadeMonitor>(made).source;
  };
  profile::ProcessMonitor process;
  process.command = "node";
  EXPECT_EQ(source(process), "node");
  process = {.pid = 7, .command = {}, .port = 0, .cgroup = {}};
  EXPECT_EQ(source(process), "pid 7");
  process = {.pid = 0, .command = {}, .port = 80, .cgroup = {}};
  EXPECT_EQ(source(process), "port 80");
  process = {.pid = 0, .command = {}, .port = 0, .cgroup = "/a"};
  EXPECT_EQ(source(process), "cgroup /a");
  EXPECT_EQ(source(profile::HostMonitor{}), "this machine");
  EXPECT_EQ(source(profile::PrometheusMonitor{{"http://h/m", {}, {}}, {}}), "http://h/m");
  EXPECT_EQ(source(profile::JsonMonitor{{"http://h:99999/", {}, {}}, {}}).substr(0, 6), "wrong:");
  EXPECT_EQ(source(profile::RedisMonitor{"redis://:x@h", {}}), "h:6379");
  EXPECT_EQ(source(profile::RedisMonitor{"redis://", {}}).substr(0, 6), "wrong:");
  EXPECT_EQ(source(profile::PostgresMonitor{"host=db password=x", 1s}), "db:5432/");
  EXPECT_EQ(source(profile::PostgresMonitor{"nonsense", 1s}).substr(0, 6), "wrong:");
}

}  // namespace
}  // namespace soundcheck::monitor
