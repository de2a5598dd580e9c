// The monitors of databases against real servers: every figure is one that the test made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <map>
#include <memory>

#include "protocols/net/loop.hpp"
#include "runner/monitor/make_monitor.hpp"
#include "runner/monitor/redis_connection.hpp"
#include "tests/loopback/agent.hpp"
#include "tests/loopback/database_servers.hpp"

namespace soundcheck::loopback {
namespace {

using namespace std::chrono_literals;
using monitor::Reading;
using monitor::RedisConnection;
using monitor::RedisUrl;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr core::Duration limit = 20s;

/// A monitor with the names of its series.
class Asked {
 public:
  template <class Kind>
  explicit Asked(Kind kind) {
    profile::Monitor settings;
    settings.name = "m";
    settings.timeout = limit;
    settings.kind = std::move(kind);
    series_ = profile::series_of(settings);
    made_ = std::get<monitor::MadeMonitor>(monitor::make_monitor(settings, net::Loop::clock));
  }

  std::map<std::string, double> sample(core::Duration within = limit) {
    const core::TimePoint now = net::Loop::clock();
    const Reading reading = made_.monitor->sample(now, now + within);
    troubles.clear();
    for (const monitor::Trouble& trouble : reading.troubles) troubles.push_back(trouble.text);
    std::map<std::string, double> values;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      if (reading.values[i]) values[series_[i].name] = *reading.values[i];
    }
    return values;
  }
  std::vector<std::string> troubles;

 private:
  std::vector<profile::MonitorSeries> series_;
  monitor::MadeMonitor made_;
};

class RedisTest : public testing::Test {
 protected:
  void run(const std::vector<monitor::RedisCommand>& commands) {
    const auto answers = client_.ask(commands, net::Loop::clock() + limit);
    ASSERT_TRUE(std::holds_alternative<std::vector<monitor::RedisReply>>(answers)) << std::get<1>(answers);
    for (const auto& reply : std::get<0>(answers))
      EXPECT_NE(reply.kind, monitor::RedisReply::Kind::error) << reply.text;
  }

  RedisServer server_{"opensesame"};
  RedisConnection client_{std::get<RedisUrl>(RedisUrl::parse(server_.url())), net::Loop::clock};
};

TEST_F(RedisTest, SaysMemoryClientsAndTheLengthOfEveryTypeOfQueue) {
  run({{"RPUSH", "a list", "1", "2", "3"},
       {"XADD", "stream", "*", "k", "v"},
       {"ZADD", "sorted", "1", "x", "2", "y"},
       {"SADD", "set", "x"},
       {"HSET", "hash", "x", "1", "y", "2", "z", "3", "w", "4"},
       {"SET", "failed", "17"},
       {"SET", "word", "seventeen"}});
  Asked redis(profile::RedisMonitor{server_.url(),
                                    {{"list", "a list"},
                                     {"stream", "stream"},
                                     {"sorted", "sorted"},
                                     {"set", "set"},
                                     {"hash", "hash"},
                                     {"failed", "failed"},
                                     {"empty", "nothing here"},
                                     {"word", "word"}}});
  auto seen = redis.sample();
  EXPECT_THAT(redis.troubles, ElementsAre("the string word for word is no number"));
  EXPECT_EQ(seen["list"], 3);
  EXPECT_EQ(seen["stream"], 1);
  EXPECT_EQ(seen["sorted"], 2);
  EXPECT_EQ(seen["set"], 1);
  EXPECT_EQ(seen["hash"], 4);
  EXPECT_EQ(seen["failed"], 17);
  EXPECT_EQ(seen["empty"], 0);
  EXPECT_EQ(seen.count("word"), 0u);
  EXPECT_GT(seen["memory"], 100'000);
  EXPECT_EQ(seen["clients"], 2);
  EXPECT_EQ(seen["blocked_clients"], 0);
  EXPECT_EQ(seen.count("operations"), 0u) << "needs an earlier sample";

  run({{"LPOP", "a list"}, {"DEL", "set"}});
  seen = redis.sample();
  EXPECT_EQ(seen["list"], 2);
  EXPECT_EQ(seen["set"], 0);
  EXPECT_GT(seen["operations"], 0);
  EXPECT_EQ(seen["evicted_keys"], 0);
}

TEST_F(RedisTest, AWrongPasswordIsSaidWithoutItself) {
  Asked wrong(profile::RedisMonitor{"redis://:wrongpass@127.0.0.1:" + server_.port(), {}});
  EXPECT_THAT(wrong.sample(), IsEmpty());
  ASSERT_EQ(wrong.troubles.size(), 1u);
  EXPECT_THAT(wrong.troubles[0], HasSubstr("refuses: WRONGPASS"));
  EXPECT_THAT(wrong.troubles[0], HasSubstr("from the environment"));
  EXPECT_THAT(wrong.troubles[0], Not(HasSubstr("wrongpass")));
  Asked none(profile::RedisMonitor{"redis://127.0.0.1:" + server_.port(), {{"queue", "a list"}}});
  EXPECT_THAT(none.sample(), IsEmpty());
  EXPECT_THAT(none.troubles, testing::Contains(HasSubstr("does not answer INFO: NOAUTH")));
}

TEST_F(RedisTest, ComesBackAfterTheServerDroppedIt) {
  Asked redis(profile::RedisMonitor{server_.url(), {}});
  EXPECT_EQ(redis.sample()["clients"], 1);
  run({{"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}});
  EXPECT_THAT(redis.sample(), IsEmpty());
  EXPECT_THAT(redis.troubles, ElementsAre(HasSubstr("Redis at 127.0.0.1:")));
  EXPECT_EQ(redis.sample()["clients"], 2) << "connected anew";
}

TEST(Redis, NobodyThere) {
  Asked redis(profile::RedisMonitor{"redis://127.0.0.1:" + closed_port(), {}});
  EXPECT_THAT(redis.sample(), IsEmpty());
  EXPECT_THAT(redis.troubles,
              ElementsAre(HasSubstr("Connection refused; is it running? try: redis-cli -h 127.0.0.1")));
}

/// A session of the test's own.
class Session {
 public:
  explicit Session(const std::string& connection) : connection_(PQconnectdb(connection.c_str()), &PQfinish) {
    EXPECT_EQ(PQstatus(connection_.get()), CONNECTION_OK) << PQerrorMessage(connection_.get());
  }
  void run(const std::string& text) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), text.c_str()),
                                                               &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) << PQerrorMessage(connection_.get());
  }
  /// Without waiting for its end.
  void begin(const std::string& text) { EXPECT_EQ(PQsendQuery(connection_.get(), text.c_str()), 1); }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

/// One server for all: making one takes seconds.
class PostgresTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = new PostgresServer; }
  /// A backend may outlive its session.
  void SetUp() override {
    Session admin(server_->connection());
    admin.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
        "backend_type = 'client backend'");
  }
  /// The last sample is in `seen`.
  static bool becomes(Asked& asked, const std::string& series, double value,
                      std::map<std::string, double>& seen) {
    return eventually(
        [&] {
          seen = asked.sample();
          return seen.contains(series) && seen[series] == value;
        },
        limit);
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  static inline PostgresServer* server_ = nullptr;
};

TEST_F(PostgresTest, SaysWhatSessionsDoAndWaitFor) {
  Asked postgres(profile::PostgresMonitor{server_->connection(), 1ms});
  std::map<std::string, double> seen;
  EXPECT_TRUE(becomes(postgres, "connections", 0, seen)) << "ours does not count";
  EXPECT_THAT(postgres.troubles, IsEmpty());
  EXPECT_EQ(seen["longest_query"], 0);
  EXPECT_GT(seen["database_size"], 1e6);

  Session holder(server_->connection());
  holder.run("CREATE TABLE calls (id int)");
  holder.run("BEGIN");
  holder.run("LOCK TABLE calls");
  Session waiter(server_->connection());
  waiter.begin("LOCK TABLE calls; SELECT 1");
  Session sleeper(server_->connection());
  sleeper.begin("SELECT pg_sleep(600)");
  Session idle(server_->connection());
  idle.run("SELECT 1");
  EXPECT_TRUE(eventually(
      [&] {
        seen = postgres.sample();
        return seen["waiting_on_locks"] == 1 && seen["slow_queries"] == 2;
      },
      limit));
  EXPECT_EQ(seen["connections"], 4);
  EXPECT_EQ(seen["pool_use"], 4 / 20.0);
  EXPECT_EQ(seen["active"], 2);
  EXPECT_EQ(seen["idle"], 1);
  EXPECT_EQ(seen["idle_in_transaction"], 1);
  EXPECT_GT(seen["longest_query"], 0);
  EXPECT_EQ(seen.count("commits"), 1u);
  EXPECT_EQ(seen["deadlocks"], 0);
}

TEST_F(PostgresTest, WhatIsHiddenIsNoFigure) {
  Session admin(server_->connection());
  admin.run("CREATE ROLE weak LOGIN");
  Asked weak(profile::PostgresMonitor{server_->connection_of("weak"), 1s});
  std::map<std::string, double> seen;
  EXPECT_TRUE(becomes(weak, "connections", 1, seen));
  EXPECT_EQ(seen.count("active"), 0u);
  EXPECT_EQ(seen.count("slow_queries"), 0u);
  EXPECT_EQ(seen.count("database_size"), 1u) << "that one everybody may see";
  EXPECT_THAT(weak.troubles, ElementsAre("what 1 sessions of other users do is hidden from this user: GRANT "
                                         "pg_monitor TO it"));
  admin.run("GRANT pg_monitor TO weak");
  EXPECT_TRUE(becomes(weak, "idle", 1, seen));
  EXPECT_THAT(weak.troubles, IsEmpty());
}

TEST_F(PostgresTest, AWrongPasswordIsSaidWithoutItself) {
  Asked wrong(profile::PostgresMonitor{
      "host=127.0.0.1 user=soundcheck password=wrongpass dbname=postgres port=" + server_->port(), 1s});
  EXPECT_THAT(wrong.sample(), IsEmpty());
  ASSERT_EQ(wrong.troubles.size(), 1u);
  EXPECT_THAT(wrong.troubles[0], HasSubstr("password authentication failed for user \"soundcheck\""));
  EXPECT_THAT(wrong.troubles[0], Not(HasSubstr("wrongpass")));
}

TEST_F(PostgresTest, ComesBackAfterTheServerDroppedIt) {
  Asked postgres(profile::PostgresMonitor{server_->connection(), 1s});
  EXPECT_EQ(postgres.sample().count("connections"), 1u);
  Session admin(server_->connection());
  admin.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'soundcheck'");
  EXPECT_TRUE(eventually([&] { return postgres.sample().empty(); }, limit));
  EXPECT_THAT(postgres.troubles,
              ElementsAre(HasSubstr("terminating connection due to administrator command")));
  std::map<std::string, double> seen;
  EXPECT_TRUE(becomes(postgres, "connections", 1, seen)) << "connected anew";
}

}  // namespace
}  // namespace soundcheck::loopback
