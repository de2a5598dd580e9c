// Targets that break the rules: each ends in a failure class of its own, within its deadline, and the run
// goes on to its end.
#include <gmock/gmock.h>

#include <string>

#include "tests/loopback/hostile_server.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using Peer = HostileServer::Peer;

/// What a hostile server does, and the failure that must come of it.
struct Hostility {
  const char* name;
  const char* subsystem;
  HostileServer::Script script;
  const char* stage;
  const char* said;  ///< part of the failure's text

  friend void PrintTo(const Hostility& h, std::ostream* out) { *out << h.name; }
};

/// Accepts the upgrade, sends these bytes, and waits for the peer to go.
HostileServer::Script after_upgrade(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) {
    if (!peer.send(upgrade_answer(peer.read_head()) + bytes)) return;
    peer.wait_for_end();
  };
}

/// Answers with these bytes, and closes.
HostileServer::Script answers(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) {
    if (!peer.read_head().empty()) peer.send(bytes);
  };
}

/// Sends the piece again and again, as fast as the peer takes it or with a pause, until the peer goes.
HostileServer::Script forever(std::string head, std::string piece, int pause_ms) {
  return [=](Peer& peer) {
    if (peer.read_head().empty() || !peer.send(head)) return;
    while (!peer.disturbed(pause_ms) && peer.send(piece)) continue;
  };
}

/// Answers every request of the connection with these bytes.
HostileServer::Script always(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) {
    while (!peer.read_head().empty() && peer.send(bytes)) continue;
  };
}

std::string redirect_to(const std::string& location) {
  return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
}

const std::string giant_frame{"\x82\x7f\x00\x00\x01\x00\x00\x00\x00\x00", 10};  // 1 TiB is announced
const std::string masked_frame{"\x81\x85\x01\x02\x03\x04iggha", 11};
const std::string reserved_bit{"\xc1\x02hi", 4};

const std::vector<Hostility>& hostilities() {
  static const std::vector<Hostility> all{
      {"reset_at_accept", "api", [](Peer& peer) { peer.reset(); }, "read", "GET /api/v1/health"},
      {"reset_after_the_request", "api",
       [](Peer& peer) {
         peer.read_head();
         peer.reset();
       },
       "read", "Connection reset by peer"},
      {"closes_without_an_answer", "api", [](Peer& peer) { peer.read_head(); }, "read", "GET /api/v1/health"},
      {"garbage", "api", answers("\x16\x03\x01 this is not HTTP\r\n\r\n"), "protocol", "GET /api/v1/health"},
      {"endless_header", "api",
       forever("HTTP/1.1 200 OK\r\n", "X-Filler: " + std::string(1000, 'x') + "\r\n", 0), "too_large",
       "the headers are longer than 64 KiB"},
      {"endless_header_line", "api", forever("HTTP/1.1 200 OK\r\nX-Filler: ", std::string(1000, 'x'), 0),
       "too_large", "the headers are longer than 64 KiB"},
      {"endless_interim_answers", "api", forever("", "HTTP/1.1 103 Early Hints\r\n\r\n", 0), "protocol",
       "more than 100 interim (1xx) answers"},
      {"body_of_2_gib_announced", "api",
       forever("HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n", std::string(65'536, 'x'), 0),
       "too_large", "the body is longer than"},
      {"broken_chunk", "api",
       answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX\r\n"), "protocol",
       "GET /api/v1/health"},
      {"bytes_after_the_answer", "api", answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more"),
       "protocol", "bytes after the end of the response"},
      {"redirect_loop", "api", always(redirect_to("/api/v1/health")), "redirect", "a redirect loop"},
      {"redirect_off_the_target", "api", always(redirect_to("http://127.0.0.2:9/")), "redirect",
       "name it in allow_hosts"},
      {"wrong_content_length", "api", answers("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort"), "read",
       "the connection closed before the end of the response"},
      {"slow_drip", "api", forever("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x", 50), "deadline",
       "no answer in time"},
      {"silence", "api",
       [](Peer& peer) {
         peer.read_head();
         peer.wait_for_end();
       },
       "deadline", "no answer in time"},
      {"upgrade_refused", "websocket", answers("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
       "upgrade", "status 404 Not Found, expected 101"},
      {"bad_upgrade", "websocket",
       answers("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: AAAA\r\n\r\n"),
       "upgrade", "Sec-WebSocket-Accept is wrong"},
      {"upgrade_never_answered", "websocket",
       [](Peer& peer) {
         peer.read_head();
         peer.wait_for_end();
       },
       "deadline", "no answer in time"},
      {"giant_frame", "websocket", after_upgrade(giant_frame), "too_large",
       "a message is longer than max_message, 1000000 bytes"},
      {"masked_frame", "websocket", after_upgrade(masked_frame), "protocol", "a server frame is masked"},
      {"reserved_bit", "websocket", after_upgrade(reserved_bit), "protocol", "a reserved bit is set"},
      {"not_utf8", "websocket",
       after_upgrade("\x81\x04"
                     "caf\xe9"),
       "protocol", "a text message that is not UTF-8"},
      {"ping_flood", "websocket",
       [](Peer& peer) {
         const std::string ping = "\x89\x7d" + std::string(125, 'p');
         std::string flood;
         for (int i = 0; i < 1'000; ++i) flood += ping;
         if (!peer.send(upgrade_answer(peer.read_head()))) return;
         while (peer.send(flood)) continue;
       },
       "write", "the target has stopped reading"},
      {"endless_fragments", "websocket",
       [](Peer& peer) {
         if (!peer.send(upgrade_answer(peer.read_head()) + std::string("\x02\x01x", 3))) return;
         std::string fragments;
         for (int i = 0; i < 100; ++i) fragments += "\x00\x7e\xff\xff"s + std::string(65'535, 'x');
         while (peer.send(fragments)) continue;
       },
       "too_large", "a message is longer than max_message, 1000000 bytes"},
      {"lost_connection", "websocket", [](Peer& peer) { peer.send(upgrade_answer(peer.read_head())); },
       "read", "WebSocket"},
      {"refused_call", "ai_pipeline",
       answers("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), "upgrade", "status 503"},
      {"call_with_garbage", "ai_pipeline", after_upgrade(std::string("\x81\x05hello", 7)), "protocol", ""},
      {"call_never_ready", "ai_pipeline", after_upgrade(""), "deadline", ""},
  };
  return all;
}

class Hostile : public LoadRun, public testing::WithParamInterface<Hostility> {};

TEST_P(Hostile, EndsInItsOwnFailureClass) {
  const Hostility& hostility = GetParam();
  HostileServer server(hostility.script);
  const Ended ended =
      run({"--target", server.url(), "--only", hostility.subsystem, "--duration", "1s", "--set", "warm_up=0s",
           "--set", "system.api.timeout=300ms", "--set", "system.api.redirects=5", "--set",
           "system.websocket.connect_timeout=300ms", "--set", "system.websocket.max_message=1MB", "--set",
           "system.ai_pipeline.setup_timeout=300ms"},
          [&] { server.expect_health_check(); });
  EXPECT_TRUE(ended.in_time);
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_GT(failures(hostility.subsystem, hostility.stage), 0) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr(hostility.said));
  EXPECT_EQ(text("/partial"), "false");
  EXPECT_EQ(text("/" + std::string(hostility.subsystem) + "/success"), "false");
  EXPECT_LT(figure("/timing/actual_seconds"), 4) << "every wait has its deadline";
}

INSTANTIATE_TEST_SUITE_P(Servers, Hostile, testing::ValuesIn(hostilities()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace soundcheck::loopback
