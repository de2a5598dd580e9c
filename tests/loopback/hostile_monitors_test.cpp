// What monitors ask may be silent, endless or garbage: each sample ends at its deadline with the reason, and
// the next one begins anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/net/loop.hpp"
#include "runner/monitor/make_monitor.hpp"
#include "tests/loopback/agent.hpp"
#include "tests/loopback/hostile_server.hpp"

namespace soundcheck::loopback {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using Peer = HostileServer::Peer;

/// What a sample says is wrong; it must have no value.
template <class Kind>
std::vector<std::string> troubles(Kind kind, core::Duration timeout = 300ms) {
  profile::Monitor settings;
  settings.timeout = timeout;
  settings.kind = std::move(kind);
  auto made = monitor::make_monitor(settings, net::Loop::clock);
  auto& good = std::get<monitor::MadeMonitor>(made);
  std::vector<std::string> texts;
  for (int round = 0; round < 2; ++round) {
    const core::TimePoint now = net::Loop::clock();
    const monitor::Reading reading = good.monitor->sample(now, now + timeout);
    EXPECT_TRUE(reading.empty());
    texts.clear();
    for (const monitor::Trouble& trouble : reading.troubles) texts.push_back(trouble.text);
  }
  return texts;
}

std::vector<std::string> of_json(const HostileServer& server, core::Duration timeout = 300ms) {
  return troubles(profile::JsonMonitor{{server.url() + "/q?token=secret", {}, {}},
                                       {{"depth", "count", "/depth", false, {}}}},
                  timeout);
}
std::vector<std::string> of_redis(const HostileServer& server, core::Duration timeout = 300ms) {
  return troubles(profile::RedisMonitor{"redis" + server.url().substr(4), {{"queue", "jobs"}}}, timeout);
}
std::vector<std::string> of_postgres(const HostileServer& server, core::Duration timeout = 300ms) {
  return troubles(profile::PostgresMonitor{"postgresql" + server.url().substr(4) + "/x?sslmode=disable", 1s},
                  timeout);
}

/// Long enough for whatever it is about: the deadline is not.
constexpr core::Duration patience = 60s;

void silent(Peer& peer) { peer.wait_for_end(); }

TEST(HostileMonitors, Silence) {
  HostileServer server(silent);
  EXPECT_THAT(of_json(server),
              ElementsAre("GET /q: no answer in time; is it running? try: curl -i " + server.url() + "/q"));
  EXPECT_THAT(of_redis(server), ElementsAre(HasSubstr("no answer in time; is it running? try: redis-cli")));
  EXPECT_THAT(of_postgres(server), ElementsAre(HasSubstr("no answer in time; try: psql")));
}

TEST(HostileMonitors, Garbage) {
  HostileServer server([](Peer& peer) {
    peer.send("\x01\x02 this is no protocol at all \xff\r\n\r\n");
    peer.wait_for_end();
  });
  EXPECT_THAT(of_json(server, patience), ElementsAre(HasSubstr("GET /q: ")));
  EXPECT_THAT(of_redis(server, patience),
              ElementsAre(HasSubstr("does not speak the protocol of Redis: check the port of its url")));
  EXPECT_THAT(of_postgres(server, patience), ElementsAre(HasSubstr("PostgreSQL at 127.0.0.1:")));
}

TEST(HostileMonitors, TheConnectionIsReset) {
  HostileServer server([](Peer& peer) { peer.reset(); });
  EXPECT_EQ(of_json(server, patience).size(), 1u);
  EXPECT_EQ(of_redis(server, patience).size(), 1u);
  EXPECT_EQ(of_postgres(server, patience).size(), 1u);
}

TEST(HostileMonitors, AnEndlessBodyIsCutOff) {
  HostileServer server([](Peer& peer) {
    if (peer.read_head().empty()) return;
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
    while (peer.send(chunk)) continue;
  });
  EXPECT_THAT(of_json(server, patience),
              ElementsAre(HasSubstr("GET /q: the body is longer than 4194304 bytes; ask for less")));
}

TEST(HostileMonitors, AnEndlessReplyIsCutOff) {
  HostileServer server([](Peer& peer) {
    peer.send("$999999999\r\n");
    const std::string piece(0x10000, 'x');
    while (peer.send(piece)) continue;
  });
  EXPECT_THAT(of_redis(server, patience), ElementsAre(HasSubstr("answers with more than 4 MiB")));
}

TEST(HostileMonitors, AnEndlessListOfShortRepliesIsCutOff) {
  HostileServer server([](Peer& peer) {
    peer.send("*10000000\r\n");
    std::string piece;
    for (int i = 0; i < 10'000; ++i) piece += ":1\r\n";
    while (peer.send(piece)) continue;
  });
  EXPECT_THAT(of_redis(server, patience), ElementsAre(HasSubstr("answers with more than 4 MiB")));
}

TEST(HostileMonitors, AnEndlessMessageOfADatabaseIsCutOff) {
  HostileServer server([](Peer& peer) {
    peer.send("R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"s);  // no password is needed; ready
    peer.send("E\x04\0\0\0"s);                      // an error of 64 MiB
    const std::string piece(0x10000, 'x');
    while (peer.send(piece)) continue;
  });
  EXPECT_THAT(of_postgres(server, patience), ElementsAre(HasSubstr("it answers with more than 4 MiB")));
}

TEST(HostileMonitors, ATrickleDoesNotMoveTheDeadline) {
  HostileServer http([](Peer& peer) {
    if (peer.read_head().empty()) return;
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (!peer.disturbed(5) && peer.send(" ")) continue;
  });
  EXPECT_THAT(of_json(http), ElementsAre(HasSubstr("no answer in time")));
  HostileServer redis([](Peer& peer) {
    peer.send("$1000000\r\n");
    while (peer.send("x")) peer.disturbed(5);
  });
  EXPECT_THAT(of_redis(redis), ElementsAre(HasSubstr("no answer in time")));
}

TEST(HostileMonitors, ALoginThatIsRepeatedIsNotShown) {
  HostileServer server([](Peer& peer) {
    peer.send("-ERR unknown command `AUTH`, with args beginning with: `ada`, `opensesame`, \r\n");
    peer.wait_for_end();
  });
  const auto said = troubles(profile::RedisMonitor{"redis://ada:opensesame@" + server.url().substr(7), {}});
  EXPECT_THAT(said, ElementsAre(HasSubstr(" refuses: ERR unknown command `AUTH`; ")));
  EXPECT_THAT(said[0], testing::Not(HasSubstr("opensesame")));
}

TEST(HostileMonitors, AnotherStatusIsSaid) {
  HostileServer server([](Peer& peer) {
    if (!peer.read_head().empty()) peer.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    peer.wait_for_end();
  });
  EXPECT_THAT(
      of_json(server, patience),
      ElementsAre(server.url() + "/q answered with status 401; does it want a header? `headers` of the "
                                 "monitor sends some"));
}

}  // namespace
}  // namespace soundcheck::loopback
