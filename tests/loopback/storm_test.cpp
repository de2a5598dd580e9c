// Thousands of WebSockets against the reference agent: opened and held, lost with the target and opened
// again, compressed, in binary, slow and half-open. The agent speaks with Beast, so this checks our framing,
// too.
#include <gmock/gmock.h>

#include <optional>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using testing::HasSubstr;

const Arguments websocket_only{"--only", "websocket"};
constexpr const char* counters = "/websocket/total/counters/";

class Storm : public LoadRun {
 protected:
  void write_system(const std::string& keys) const {
    write("system.yaml", "health_path: /api/v1/health\nwebsocket:\n  path: /api/v1/events\n" + keys);
  }
  void write_load(int connections, const std::string& duration) const {
    write("profile.yaml", "system: system.yaml\nduration: " + duration +
                              "\nwarm_up: 0s\ndrain: 5s\nwebsocket: {connections: " +
                              std::to_string(connections) + ", connect_rate: 100000/s}\n");
  }
  double counter(const std::string& name) const { return result().number(counters + name).value_or(0); }
};

/// Thousands of arrivals at once make the generator late on a busy machine; here counts matter, not times.
bool ended_well(const Ended& ended) {
  return ended.in_time && (ended.exit_code == 0 || ended.exit_code == 3);
}

TEST_F(Storm, ThousandsAreHeldOpenAndAllSayGoodbye) {
  const Agent agent({});
  write_system("  connect_timeout: 20s\n  ping_interval: 1m\n  hold: 1h\n");
  write_load(4'000, "3s");
  const Ended ended = start(websocket_only + Arguments{"--target", agent.url()}).wait(run_limit);
  ASSERT_TRUE(ended_well(ended)) << ended.out << ended.err;
  EXPECT_EQ(counter("connections"), 4'000);
  EXPECT_EQ(counter("clean_closes"), 4'000);
  EXPECT_EQ(figure("/websocket/total/failed"), 0) << ended.out;
  EXPECT_EQ(agent.count("/websocket_connections"), 4'000U);
}

TEST_F(Storm, AHerdComesBackAfterTheTargetHasRestarted) {
  constexpr int herd = 1'500;
  std::optional<Agent> agent;
  agent.emplace(std::vector<std::string>{});
  const std::string port = agent->port();
  write_system(
      "  connect_timeout: 10s\n  ping_interval: 1m\n  hold: 1h\n"
      "  reconnect: {backoff: full_jitter, first: 200ms, max: 1s, factor: 2}\n");
  write_load(herd, "9s");
  Program run = start(websocket_only + Arguments{"--target", agent->url()});
  ASSERT_TRUE(eventually([&] { return agent->count("/websocket_connections") >= herd; }, run_limit));
  agent->kill();
  agent.reset();
  agent.emplace(std::vector<std::string>{}, false, port);
  ASSERT_TRUE(eventually([&] { return agent->count("/websocket_connections") >= herd; }, run_limit));
  const Ended ended = run.wait(run_limit);
  ASSERT_TRUE(ended.in_time) << ended.out << ended.err;
  EXPECT_EQ(counter("lost_connections"), herd) << ended.out;
  EXPECT_EQ(counter("reconnects"), herd);
  EXPECT_EQ(counter("clean_closes"), herd);
  EXPECT_EQ(figure("/websocket/total/metrics/recovery_time/count"), herd);
  EXPECT_LT(figure("/websocket/total/metrics/recovery_time/max"), 9);
  // Lost, refused while nobody listened, or reset between the two.
  EXPECT_EQ(
      figure("/websocket/total/failed"),
      failures("websocket", "read") + failures("websocket", "connect") + failures("websocket", "upgrade"))
      << ended.out;
}

constexpr const char* echoes =
    "  exchange_interval: 100ms\n  hold: 1s\n  reconnect_delay: 10ms\n"
    "  exchange:\n"
    "    - send: {type: echo, id: \"{{iteration}}\", payload: "
    "soundchecksoundchecksoundchecksoundchecksoundchecksoundchecksoundcheck}\n"
    "    - {expect: {binary: false, json: {/type: echo, /id: \"{{iteration}}\"}}, within: 5s}\n"
    "    - send_binary: {size: 30KB}\n"
    "    - {expect: {binary: true, size: 30KB}, within: 5s}\n"
    "    - send_binary: {hex: \"00 ff 7b 7b\"}\n"
    "    - {expect: {binary: true, size: 4B}, within: 5s}\n";

TEST_F(Storm, CompressedFragmentedAndBinaryMessagesComeBack) {
  for (const std::string options :
       {"  subprotocols: [other, phone-agent.v1]\n", "  compression: true\n  fragment: 1KB\n",
        "  compression: true\n  compression_context: true\n",
        "  compression: true\n  compression_context: true\n  compression_window: 10\n"}) {
    SCOPED_TRACE(options);
    const Agent agent({});
    write_system(options + echoes);
    write_load(20, "3s");
    const Ended ended = run(websocket_only + Arguments{"--target", agent.url()});
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    EXPECT_EQ(figure("/websocket/total/failed"), 0) << ended.out;
    EXPECT_GT(counter("messages_received"), 500);
    EXPECT_EQ(counter("messages_received"), counter("messages_sent"));
  }
}

TEST_F(Storm, CompressionShowsInTheBytes) {
  const Agent agent({});
  std::string payload;
  for (int i = 0; i < 200; ++i) payload += "soundcheck";
  double bytes_per_message[2] = {};
  for (const bool compressed : {false, true}) {
    write_system("  compression: " + std::string(compressed ? "true" : "false") +
                 "\n  exchange_interval: 50ms\n  hold: 1h\n  exchange:\n    - send: {type: echo, payload: " +
                 payload + "}\n    - {expect: {contains: echo}, within: 5s}\n");
    write_load(5, "2s");
    const Ended ended = run(websocket_only + Arguments{"--target", agent.url()});
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    bytes_per_message[compressed ? 1 : 0] = counter("bytes_received") / counter("messages_received");
  }
  EXPECT_GT(bytes_per_message[0], 2'000);
  EXPECT_LT(bytes_per_message[1], 200);
}

TEST_F(Storm, SlowReadersAndHalfOpenPeersDoNotDisturbTheOthers) {
  const Agent agent({});
  write_system(
      "  half_open: 10%\n  read_rate: 20KB/s\n  slow_readers: 10%\n  exchange_interval: 100ms\n  hold: 1s\n"
      "  reconnect_delay: 50ms\n  exchange:\n    - send: {type: echo, payload: soundcheck}\n"
      "    - {expect: {json: {/type: echo}}, within: 5s}\n");
  write_load(100, "4s");
  const Ended ended = run(websocket_only + Arguments{"--target", agent.url()});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(figure("/websocket/total/failed"), 0) << ended.out;
  EXPECT_GE(counter("half_open"), 10);
  EXPECT_EQ(counter("half_open_ended"), 0) << "the agent waits for five minutes";
  EXPECT_EQ(counter("unclean_closes"), 0);
}

TEST_F(Storm, ASubprotocolThatTheTargetDoesNotSpeakIsAFailureOfTheUpgrade) {
  const Agent agent({});
  write_system("  subprotocols: [mqtt]\n");
  write_load(2, "1s");
  const Ended ended = run(websocket_only + Arguments{"--target", agent.url()});
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out,
              HasSubstr("upgrade of /api/v1/events: the target speaks none of the subprotocols mqtt"));
}

}  // namespace
}  // namespace soundcheck::loopback
