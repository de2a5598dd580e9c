// The HTTP side and the event channel over real sockets, without speech.
#include "tools/reference_agent/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/unit/reference_agent/client.hpp"

namespace soundcheck::reference_agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Options without_speech() {
  Options o;
  o.no_speech = true;
  o.control = true;
  return o;
}

constexpr const char* new_call = R"({"from":"+15550100","to":"+15550199","agent":"front-desk"})";

class ServerTest : public testing::Test {
 protected:
  RunningAgent agent{without_speech()};
  HttpClient http{agent.port()};
};

TEST_F(ServerTest, ServesTheWholeApiOnOneConnection) {
  EXPECT_EQ(http.ask("GET", "/api/v1/health").json().at("status").as_string(), "healthy");
  EXPECT_EQ(http.ask("GET", "/api/v1/agents").status, 200);
  EXPECT_EQ(http.ask("POST", "/api/v1/calls", new_call).status, 201);
  EXPECT_EQ(http.ask("POST", "/api/v1/calls", "{").status, 400);
  EXPECT_EQ(http.ask("GET", "/api/v1/calls?status=in_progress&limit=20").json().at("total").as_int64(), 1);
  EXPECT_EQ(http.ask("GET", "/api/v1/calls/c-000001").status, 200);
  EXPECT_EQ(http.ask("GET", "/api/v1/calls/c-000001/transcript").status, 200);
  EXPECT_EQ(http.ask("POST", "/api/v1/calls/c-000001/end").json().at("status").as_string(), "ended");
  EXPECT_EQ(http.ask("POST", "/api/v1/calls/c-000001/end").status, 409);
  EXPECT_EQ(http.ask("GET", "/api/v1/metrics/summary").json().at("calls_ended").as_int64(), 1);
  EXPECT_EQ(http.ask("GET", "/nothing").status, 404);
  const auto wrong = http.ask("PUT", "/api/v1/calls");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_THAT(wrong.head, HasSubstr("Allow: GET, POST\r\n"));
  EXPECT_EQ(http.ask("GET", "/api/v1/voice").status, 426);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests +=
        i % 2 == 0 ? "GET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\n" : "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  ASSERT_TRUE(http.send(requests));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(http.read_answer().status, i % 2 == 0 ? 200 : 404) << i;
}

TEST_F(ServerTest, TakesARequestInSmallPieces) {
  const std::string request =
      std::string("POST /api/v1/calls HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n") +
      fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", std::string_view(new_call).size(), new_call);
  for (const char byte : request) ASSERT_TRUE(http.send({&byte, 1}));
  EXPECT_EQ(http.read_answer().status, 201);
}

TEST_F(ServerTest, SaysContinueToThoseWhoWait) {
  ASSERT_TRUE(http.send(
      "POST /api/v1/calls HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  EXPECT_EQ(http.read_answer().status, 100);
  ASSERT_TRUE(http.send("{}"));
  EXPECT_EQ(http.read_answer().status, 400);
}

TEST_F(ServerTest, ClosesWhenAsked) {
  ASSERT_TRUE(http.send("GET /api/v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(http.read_answer().head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(http.is_closed());
}

TEST_F(ServerTest, RefusesWhatIsNotHttp) {
  const std::string endless_header = "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x');
  const std::string huge_body = "POST /api/v1/calls HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n";
  for (const auto& [bytes, status] : {std::pair<std::string, int>{"garbage\r\n\r\n", 400},
                                      {std::string("\0\x01\xff\r\n\r\n", 7), 400},
                                      {endless_header, 431},
                                      {huge_body, 413}}) {
    HttpClient client(agent.port());
    ASSERT_TRUE(client.send(bytes));
    EXPECT_EQ(client.read_answer().status, status);
  }
  EXPECT_EQ(http.ask("GET", "/api/v1/health").status, 200);
}

TEST_F(ServerTest, SurvivesClientsThatVanish) {
  for (int i = 0; i < 50; ++i) {
    HttpClient half(agent.port());
    ASSERT_TRUE(half.send("POST /api/v1/calls HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"));
    WsClient events(agent.port(), "/api/v1/events");
    events.send(R"({"type":"subscribe","channel":"calls"})");
    events.hang_up();
    http.ask("POST", "/api/v1/calls", new_call);
  }
  EXPECT_EQ(http.ask("GET", "/api/v1/health").json().at("calls_in_progress").as_int64(), 50);
}

TEST_F(ServerTest, EventsAreToldToSubscribers) {
  WsClient events(agent.port(), "/api/v1/events");
  events.send(R"({"type":"subscribe","channel":"calls"})");
  EXPECT_EQ(boost::json::serialize(events.next()), R"({"type":"subscribed","channel":"calls"})");
  const auto created = http.ask("POST", "/api/v1/calls", new_call).json();
  EXPECT_EQ(events.expect("call.created").at("call"), created);
  const auto ended = http.ask("POST", "/api/v1/calls/c-000001/end").json();
  EXPECT_EQ(events.expect("call.ended").at("call"), ended);
  events.send(R"({"type":"unsubscribe","channel":"calls"})");
  events.expect("unsubscribed");
  http.ask("POST", "/api/v1/calls", new_call);
  events.send(R"({"type":"echo","id":"7","payload":[1,{"a":null}]})");
  EXPECT_EQ(boost::json::serialize(events.next()), R"({"type":"echo","id":"7","payload":[1,{"a":null}]})");
}

TEST_F(ServerTest, TheEventChannelAnswersGarbageAndStaysOpen) {
  WsClient events(agent.port(), "/api/v1/events");
  for (const auto& [text, code] : {std::pair{"garbage", "invalid_message"},
                                   {"[]", "invalid_message"},
                                   {"{\"type\":1}", "invalid_message"},
                                   {R"({"type":"shout"})", "unknown_type"},
                                   {R"({"type":"subscribe"})", "unknown_channel"},
                                   {R"({"type":"subscribe","channel":"cats"})", "unknown_channel"}}) {
    events.send(text);
    EXPECT_EQ(events.expect("error").at("code").as_string(), code) << text;
  }
  events.send(R"({"type":"echo"})");
  events.expect("echo");
}

TEST_F(ServerTest, TheEventChannelSendsBinaryBack) {
  WsClient events(agent.port(), "/api/v1/events");
  events.send(std::vector<std::uint8_t>{1, 0, 255});
  events.send(R"({"type":"echo"})");
  events.expect("echo");
  EXPECT_THAT(events.audio, testing::ElementsAre(std::vector<std::uint8_t>{1, 0, 255}));
}

TEST_F(ServerTest, ChoosesItsSubprotocolAndCompressionIfTheyAreOffered) {
  const auto upgrade = [&](const std::string& headers) {
    HttpClient client(agent.port());
    EXPECT_TRUE(
        client.send("GET /api/v1/events HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: "
                    "Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                    "dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                    headers + "\r\n"));
    return client.read_answer().head;
  };
  EXPECT_THAT(upgrade("Sec-WebSocket-Protocol: other, phone-agent.v1\r\n"),
              HasSubstr("Sec-WebSocket-Protocol: phone-agent.v1\r\n"));
  EXPECT_THAT(upgrade("Sec-WebSocket-Protocol: other\r\n"),
              AllOf(HasSubstr("101 Switching"), Not(HasSubstr("Sec-WebSocket-Protocol"))));
  EXPECT_THAT(upgrade("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n"),
              HasSubstr("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover"));
  EXPECT_THAT(upgrade(""), Not(HasSubstr("Sec-WebSocket-Extensions")));
}

TEST_F(ServerTest, AGiantMessageEndsItsConnectionOnly) {
  WsClient events(agent.port(), "/api/v1/events");
  // A masked text frame of 100,000 bytes, of which only the header is sent: bytes that the agent has not read
  // when it closes would make the kernel send a reset, which can overtake the goodbye.
  events.send_raw(std::string("\x81\xff\0\0\0\0\0\x01\x86\xa0\0\0\0\0", 14));
  EXPECT_EQ(events.close_code(), 1009);
  EXPECT_EQ(http.ask("GET", "/api/v1/health").status, 200);
}

TEST_F(ServerTest, DelaysAreDealtExactlyAndCounted) {
  ASSERT_EQ(http.ask("PATCH", "/control", R"({"delay":"0ms:90%,1ms:10%"})").status, 200);
  WsClient events(agent.port(), "/api/v1/events");
  for (int i = 0; i < 100; ++i) {
    if (i % 2 == 0) {
      EXPECT_EQ(http.ask("GET", "/api/v1/health").status, 200);
    } else {
      events.send(R"({"type":"echo"})");
      events.expect("echo");
    }
  }
  const auto counts = http.ask("GET", "/control").json();
  EXPECT_EQ(counts.at("delays_dealt"), (boost::json::value{{"0", 90}, {"1", 10}}));
  EXPECT_EQ(counts.at("requests").to_number<int>(), 50);
  EXPECT_EQ(counts.at("websocket_connections").to_number<int>(), 1);
}

TEST_F(ServerTest, FailsTheShareItWasTold) {
  ASSERT_EQ(http.ask("PATCH", "/control", R"({"error_rate":0.25})").status, 200);
  int failed = 0;
  for (int i = 0; i < 100; ++i) failed += http.ask("GET", "/api/v1/health").status == 500 ? 1 : 0;
  EXPECT_EQ(failed, 25);
  EXPECT_EQ(http.ask("GET", "/control").json().at("requests_by_status"),
            (boost::json::value{{"200", 75}, {"500", 25}}));
}

TEST_F(ServerTest, DropsConnections) {
  ASSERT_EQ(http.ask("PATCH", "/control", R"({"drop_rate":1})").status, 200);
  HttpClient dropped(agent.port());
  EXPECT_EQ(dropped.ask("GET", "/api/v1/health").status, 0);
  WsClient events(agent.port(), "/api/v1/events");
  events.send(R"({"type":"echo"})");
  EXPECT_TRUE(events.next().is_null());
  const auto counts = http.ask("GET", "/control").json();
  EXPECT_EQ(counts.at("requests_dropped").to_number<int>(), 1);
  EXPECT_EQ(counts.at("messages_dropped").to_number<int>(), 1);
}

TEST_F(ServerTest, LimitsTheRateAndSaysWhenToComeBack) {
  ASSERT_EQ(http.ask("PATCH", "/control", R"({"rate_limit":"0.001/s"})").status, 200);
  EXPECT_EQ(http.ask("GET", "/api/v1/health").status, 200);
  const auto refused = http.ask("GET", "/api/v1/health");
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.head, HasSubstr("Retry-After: 1000\r\n"));
}

TEST_F(ServerTest, LeaksWithEveryCall) {
  ASSERT_EQ(http.ask("PATCH", "/control", R"({"leak_per_call":"64KiB"})").status, 200);
  for (int i = 0; i < 3; ++i) http.ask("POST", "/api/v1/calls", new_call);
  EXPECT_EQ(http.ask("GET", "/control").json().at("leaked_bytes").to_number<int>(), 3 * 65536);
}

TEST_F(ServerTest, AStallEnds) {
  ASSERT_EQ(http.ask("PATCH", "/control", R"({"stall":"20ms/60m"})").status, 200);
  WsClient events(agent.port(), "/api/v1/events");
  events.send(R"({"type":"echo"})");
  EXPECT_EQ(http.ask("GET", "/api/v1/health").status, 200);
  events.expect("echo");
}

TEST(Server, TheControlEndpointIsOffUnlessAskedFor) {
  Options o;
  o.no_speech = true;
  RunningAgent agent(o);
  HttpClient http(agent.port());
  EXPECT_EQ(http.ask("GET", "/control").status, 404);
  EXPECT_EQ(http.ask("PATCH", "/control", R"({"delay":"1s"})").status, 404);
}

TEST(Server, ListensOnIpv6) {
  Options o = without_speech();
  o.host = "::1";
  RunningAgent agent(o);
  EXPECT_NE(agent.port(), 0);
}

TEST(Server, ExplainsWhyItCannotListen) {
  RunningAgent agent(without_speech());
  Options o = without_speech();
  o.port = agent.port();
  const auto message_of = [](const Options& options) -> std::string {
    try {
      const Server server(options);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "no error";
  };
  EXPECT_EQ(message_of(o),
            fmt::format("port {} of 127.0.0.1 is in use; stop the program that listens there or choose "
                        "another port: --port 0",
                        o.port));
  o.host = "localhost";
  EXPECT_EQ(
      message_of(o),
      "\"localhost\" is not an IP address to listen on; write for example --host 127.0.0.1 or --host ::1");
}

TEST(Server, RefusesConnectionsAboveItsLimit) {
  Options o = without_speech();
  o.max_connections = 1;
  RunningAgent agent(o);
  HttpClient first(agent.port());
  ASSERT_EQ(first.ask("GET", "/api/v1/health").status, 200);
  HttpClient second(agent.port());
  EXPECT_TRUE(second.is_closed());
  EXPECT_EQ(first.ask("GET", "/api/v1/health").status, 200);
}

}  // namespace
}  // namespace soundcheck::reference_agent
