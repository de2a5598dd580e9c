// Whole runs with monitors: their figures are in the reports and judged by objectives, and those that fail or
// hang change nothing about the load.
#include <gmock/gmock.h>

#include "protocols/net/loop.hpp"
#include "runner/monitor/redis_connection.hpp"
#include "tests/loopback/agent.hpp"
#include "tests/loopback/database_servers.hpp"
#include "tests/loopback/hostile_server.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Monitors : public LoadRun {
 protected:
  Monitors() {
    constexpr const char* system = R"(extends: system.yaml
monitors:
  - {name: agent, process: {port: "${AGENT_PORT}"}}
  - {name: redis, redis: {url: "${REDIS_URL}", keys: {queue_length: jobs}}}
  - {name: health, every: 200ms, json: {url: "http://127.0.0.1:${AGENT_PORT}/control", series: [{name: requests, pointer: /requests}]}}
  - {name: hung, every: 300ms, timeout: 900ms, prometheus: {url: "${HUNG_URL}/metrics", series: [{name: a, metric: a}]}}
objectives:
  - {name: Queue depth, metric: monitors.redis.queue_length, aggregation: max, target: "< 10"}
  - {name: Agent memory, metric: monitors.agent.rss, aggregation: max, target: "< 4GB"}
  - {name: Our threads, metric: monitors.generator.threads, aggregation: max, target: "< 100"}
  - {name: Hung, metric: monitors.hung.a, aggregation: max, target: "< 1"}
)";
    write("monitored.yaml", system);
  }
  Ended run_with(const Agent& agent, const std::string& redis, const std::string& hung) {
    write(".env.monitors",
          "AGENT_PORT=" + agent.port() + "\nREDIS_URL=" + redis + "\nHUNG_URL=" + hung + "\n");
    return run(api_only + Arguments{"--target", agent.url(), "--system", "./monitored.yaml", "--env-file",
                                    ".env.monitors"});
  }
};

TEST_F(Monitors, SeeWhatThereIsAndHoldNothingUp) {
  Agent agent({});
  RedisServer redis("opensesame");
  monitor::RedisConnection client(std::get<monitor::RedisUrl>(monitor::RedisUrl::parse(redis.url())),
                                  net::Loop::clock);
  client.ask({{"RPUSH", "jobs", "1", "2", "3", "4", "5", "6", "7"}}, net::Loop::clock() + 20s);
  HostileServer hung([](HostileServer::Peer& peer) { peer.wait_for_end(); });

  const Ended ended = run_with(agent, redis.url(), hung.url());
  EXPECT_EQ(ended.exit_code, 3) << "an objective without data; " << ended.err << ended.out;
  EXPECT_EQ(text("/validity/valid"), "true");

  EXPECT_EQ(figure("/monitors/redis/series/queue_length/last"), 7);
  EXPECT_EQ(figure("/monitors/redis/series/queue_length/min"), 7);
  EXPECT_EQ(text("/monitors/redis/failed"), "0");
  EXPECT_EQ(text("/objectives/0/level"), "target");
  EXPECT_EQ(figure("/objectives/0/value"), 7);
  EXPECT_GT(figure("/monitors/agent/series/rss/mean"), 1e6);
  EXPECT_EQ(figure("/monitors/agent/series/processes/max"), 1);
  EXPECT_GT(figure("/monitors/target/series/rss/mean"), 1e6);
  EXPECT_GT(figure("/monitors/generator/series/descriptors/mean"), 3);
  EXPECT_EQ(text("/objectives/2/level"), "target");

  EXPECT_GT(figure("/monitors/health/series/requests/growth"), 0);
  EXPECT_EQ(text("/monitors/hung/samples"), "0");
  EXPECT_GT(figure("/monitors/hung/failed"), 0);
  EXPECT_GT(figure("/monitors/hung/missed"), 0);
  EXPECT_EQ(text("/objectives/3/level"), "no_data");
  EXPECT_THAT(text("/objectives/3/remark"), HasSubstr("no answer in time"));
  EXPECT_GE(figure("/api/seconds/3/at"), 3.9) << "every tick came";

  EXPECT_THAT(ended.out, HasSubstr("Monitor redis (127.0.0.1:" + redis.port() + ")"));
  EXPECT_THAT(ended.out, HasSubstr("monitor hung: GET /metrics: no answer in time"));
  EXPECT_THAT(ended.out, HasSubstr("over the run: memory "));
  for (const std::string& everything : {ended.out, ended.err, read("load-results.json")})
    EXPECT_THAT(everything, Not(HasSubstr("opensesame")));
}

TEST_F(Monitors, AMistakeEndsItBeforeAnythingIsSent) {
  Agent agent({});
  const Ended ended = run_with(agent, "redis://:opensesame@127.0.0.1/db", "http://127.0.0.1:0");
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err,
              HasSubstr("monitored.yaml:4:32: monitors[1].redis.url: the database must be a number"));
  EXPECT_THAT(ended.err,
              HasSubstr("monitors[3].prometheus.url: this is no URL of HTTP with a host and a port"));
  EXPECT_THAT(ended.err, Not(HasSubstr("opensesame")));
}

}  // namespace
}  // namespace soundcheck::loopback
