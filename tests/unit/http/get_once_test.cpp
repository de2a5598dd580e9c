#include "protocols/http/get_once.hpp"

#include "tests/unit/http/http2_peer.hpp"
#include "tests/unit/http/http_session_fixture.hpp"

namespace soundcheck::http {
namespace {

class GetOnce : public support::SessionTest {
 protected:
  std::string asked(net::Network& on) {
    std::string said;
    auto ask = [&]() -> core::Task<void> {
      const auto answer = co_await get_once(on, timeline, endpoint, "/health", timeline.now() + 4s);
      const auto* failure = std::get_if<core::Failure>(&answer);
      said = failure != nullptr ? std::string(to_string(failure->stage)) + ": " + failure->text
                                : std::to_string(std::get<int>(answer));
    };
    run(ask());
    return said;
  }
};

TEST_F(GetOnce, SaysTheStatus) {
  network.on_dial()
      .expect(
          "GET /health HTTP/1.1\r\nHost: target.test\r\nUser-Agent: soundcheck/0.1\r\nConnection: "
          "close\r\n\r\n")
      .reply(answer("204 No Content", ""));
  EXPECT_EQ(asked(network), "204");
}

TEST_F(GetOnce, SaysWhyThereIsNone) {
  network.on_dial().expect_request();
  EXPECT_EQ(asked(network), "deadline: GET /health: no answer in time");
  network.on_dial().expect_request().end();
  EXPECT_EQ(asked(network), "read: GET /health: the connection closed before the end of the response");
}

TEST_F(GetOnce, AsksATargetThatSpeaksHttp2Alone) {
  PeerNetwork peers(timeline);
  int dials = 0;
  peers.make_peer = [&]() -> std::unique_ptr<support::Peer> {
    // An HTTP/2 server answers an HTTP/1.1 request with its settings and GOAWAY.
    if (dials++ == 0) return std::make_unique<RawPeer>(std::string(18, '\0'), true);
    return std::make_unique<Http2Peer>(
        [](Http2Peer& peer, const Http2Peer::Asked& request) {
          peer.answer(request.stream, {{":status", "200"}}, "ok");
        },
        1ms);
  };
  EXPECT_EQ(asked(peers), "200");
  EXPECT_EQ(peers.open_channels(), 0u);
}

TEST_F(GetOnce, GarbageStaysGarbage) {
  network.on_dial().expect_request().reply("SSH-2.0-x\r\n\r\n");
  network.on_dial().expect("PRI * HTTP/2.0\r\n").reply("SSH-2.0-x\r\n\r\n");
  check_script = false;
  EXPECT_EQ(asked(network).substr(0, 23), "protocol: GET /health: ");
  EXPECT_EQ(network.dials(), 2u);
}

TEST_F(GetOnce, FetchesABodyWithHeadersAndNamesNoQuery) {
  const auto fetched = [&](std::string path) {
    std::string said;
    auto fetch = [&]() -> core::Task<void> {
      const Headers headers{{"Authorization", "Bearer {{t0ken}}"}};
      const auto answer =
          co_await fetch_once(network, timeline, endpoint, path, headers, timeline.now() + 4s);
      const auto* failure = std::get_if<core::Failure>(&answer);
      said = failure != nullptr ? failure->text : std::get<Answer>(answer).body;
    };
    run(fetch());
    return said;
  };
  network.on_dial()
      .expect(
          "GET /metrics?token=secret HTTP/1.1\r\nHost: target.test\r\nUser-Agent: soundcheck/0.1\r\n"
          "Authorization: Bearer {{t0ken}}\r\nConnection: close\r\n\r\n")
      .reply(answer("200 OK", "", "up 1\n"));
  EXPECT_EQ(fetched("/metrics?token=secret"), "up 1\n");
  network.on_dial().expect_request();
  EXPECT_EQ(fetched("/metrics?token=secret"), "GET /metrics: no answer in time");
}

}  // namespace
}  // namespace soundcheck::http
