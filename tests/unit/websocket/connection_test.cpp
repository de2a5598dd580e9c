#include "protocols/websocket/connection.hpp"

#include <algorithm>
#include <cerrno>

#include "tests/support/session_test.hpp"
#include "tests/support/websocket_wire.hpp"

namespace soundcheck::websocket {
namespace {

using namespace std::chrono_literals;
using core::Failure;
using core::Stage;
using support::server_close;
using support::server_frame;
using testing::ElementsAre;
using testing::IsEmpty;

class ConnectionTest : public support::SessionTest, protected Listener {
 protected:
  void on_message(Opcode opcode, std::string_view payload) override {
    messages.emplace_back(payload);
    if (payload == "hang up") connection->close(1000);
    if (payload == "answer") connection->send(opcode, "answered");
  }
  void on_pong(std::string_view payload) override { messages.push_back("pong " + std::string(payload)); }

  core::Task<void> talk() {
    const net::UserContext context{endpoint, network, timeline, probe, 1, 0};
    auto result = co_await Connection::open(context, request, variables, random, at(5s), limits);
    if (auto* bad = std::get_if<Failure>(&result)) {
      opening = std::string(to_string(bad->stage)) + ": " + bad->text;
      co_return;
    }
    connection = std::move(std::get<Connection::Opened>(result).connection);
    if (!first_message.empty()) connection->send(Opcode::text, first_message);
    co_await connection->pump(*this);
    clean = connection->clean();
    peer_code = connection->peer_close_code();
    if (connection->failure())
      failure = std::string(to_string(connection->failure()->stage)) + ": " + connection->failure()->text;
    EXPECT_TRUE(connection->ended());
    EXPECT_FALSE(connection->send(Opcode::text, "after the end"));
    traffic = connection->traffic();
    connection.reset();
  }

  UpgradeRequest request{"/ws", "h"};
  const core::Variables variables;
  MessageLimits limits{1'000, 0};
  core::Random random{1};
  std::unique_ptr<Connection> connection;
  std::string first_message;
  std::vector<std::string> messages;
  std::string opening;
  std::string failure;
  Traffic traffic;
  bool clean = false;
  int peer_code = 0;
};

TEST_F(ConnectionTest, MessagesAndAnOrderlyEndByThePeer) {
  first_message = "hello";
  network.on_dial()
      .accept_websocket(3ms)
      .expect_frame(1, "hello")
      .reply_frame(1, "one")
      .reply_frame(9, "p")
      .expect_frame(10, "p")
      .reply_frame(10, "q")
      .reply_frame(1, "answer")
      .expect_frame(1, "answered")
      .reply(server_close(1001, "going"))
      .expect_close_frame(1001);
  run(talk());
  EXPECT_THAT(messages, ElementsAre("one", "pong q", "answer"));
  EXPECT_TRUE(clean);
  EXPECT_EQ(peer_code, 1001);
  EXPECT_EQ(failure, "");
  EXPECT_EQ(traffic.messages_sent, 2u);
  EXPECT_EQ(traffic.messages_received, 2u);
  EXPECT_EQ(traffic.bytes_sent, network.written().size());
}

TEST_F(ConnectionTest, WeHangUpAndThePeerAnswers) {
  network.on_dial()
      .accept_websocket()
      .reply_frame(1, "hang up")
      .expect_close_frame(1000)
      .reply(server_close(1000));
  run(talk());
  EXPECT_TRUE(clean);
  EXPECT_EQ(failure, "");
}

TEST_F(ConnectionTest, WeHangUpAndThePeerJustCloses) {
  network.on_dial().accept_websocket().reply_frame(1, "hang up").expect_close_frame(1000).end(1ms);
  run(talk());
  EXPECT_FALSE(clean);
  EXPECT_EQ(failure, "read: WebSocket: the peer closed the connection");
}

TEST_F(ConnectionTest, ACloseWithoutCodeIsAnsweredWith1000) {
  network.on_dial().accept_websocket().reply_frame(8, "").expect_close_frame(1000);
  run(talk());
  EXPECT_TRUE(clean);
  EXPECT_EQ(peer_code, 1005);
}

TEST_F(ConnectionTest, AVanishedPeerIsUnclean) {
  network.on_dial().accept_websocket().reply_frame(1, "one").end(1ms);
  run(talk());
  EXPECT_FALSE(clean);
  EXPECT_EQ(failure, "read: WebSocket: the peer closed the connection");
}

TEST_F(ConnectionTest, AResetIsUnclean) {
  network.on_dial().accept_websocket().reset(ECONNRESET, 1ms);
  run(talk());
  EXPECT_EQ(failure, "read: WebSocket: Connection reset by peer");
}

TEST_F(ConnectionTest, ABreachIsToldToThePeer) {
  network.on_dial().accept_websocket().reply_frame(3, "x").expect_close_frame(1002);
  run(talk());
  EXPECT_EQ(failure, "protocol: WebSocket: unknown opcode");
  EXPECT_FALSE(clean);
}

TEST_F(ConnectionTest, FramesThatComeWithTheAnswerAreNotLost) {
  network.read_limit = 100'000;
  network.on_dial()
      .accept_websocket()
      .reply_frame(1, "one")
      .reply_frame(1, "two")
      .reply(server_close(1000))
      .expect_close_frame(1000);
  run(talk());
  EXPECT_THAT(messages, ElementsAre("one", "two"));
  EXPECT_TRUE(clean);
}

TEST_F(ConnectionTest, OpeningFails) {
  network.on_dial().refuse(ECONNREFUSED);
  run(talk());
  EXPECT_EQ(opening, "connect: connecting to 192.0.2.1:80: Connection refused");

  network.on_dial().expect_request().reply("HTTP/1.1 404 Not Found\r\n\r\n");
  run(talk());
  EXPECT_EQ(opening, "upgrade: upgrade of /ws: status 404 Not Found, expected 101");

  network.on_dial().expect_request().end();
  run(talk());
  EXPECT_EQ(opening, "upgrade: upgrade of /ws: the peer closed the connection");
}

TEST_F(ConnectionTest, OpeningMeetsItsDeadline) {
  network.on_dial().connect_after(1s).expect_request().reply("HTTP/1.1 101", 1s);
  run(talk());
  EXPECT_EQ(opening, "deadline: upgrade of /ws: no answer in time");
  EXPECT_EQ(timeline.now(), at(5s));
}

TEST_F(ConnectionTest, APeerThatStopsReadingIsGivenUpAfterAMegabyte) {
  network.on_dial().accept_websocket().stop_reading();
  auto flood = [&]() -> core::Task<void> {
    co_await timeline.sleep_until(at(1s));
    const std::string chunk(100'000, 'x');
    int sent = 0;
    while (connection->send(Opcode::binary, chunk)) ++sent;
    EXPECT_EQ(sent, 11);
  };
  group.spawn(flood());
  run(talk());
  EXPECT_EQ(failure, "write: the target has stopped reading: 1 MiB of frames waits");
}

TEST_F(ConnectionTest, WhatTheSocketDoesNotTakeAtOnceIsSentLater) {
  network.write_limit = 3;
  first_message = "a message in many small pieces";
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, first_message)
      .reply(server_close(1000))
      .expect_close_frame(1000);
  run(talk());
  EXPECT_TRUE(clean);
}

/// The frames of one message, in order, and nothing else.
auto frames(std::vector<std::string> payloads, unsigned first_bits) {
  return [payloads, first_bits](std::string_view bytes) {
    std::size_t used = 0;
    for (std::size_t i = 0; i < payloads.size(); ++i) {
      const auto frame = support::decode_client_frame(bytes.substr(used));
      if (!frame || frame->payload != payloads[i] || frame->final != (i + 1 == payloads.size())) return 0UL;
      const unsigned bits = static_cast<unsigned char>(bytes[used]) & 0x7fU;
      if (bits != (i == 0 ? first_bits : 0U)) return 0UL;
      used += frame->size;
    }
    return used;
  };
}

TEST_F(ConnectionTest, LongMessagesAreSentInFragments) {
  limits.fragment = 4;
  first_message = "hello world";
  network.on_dial()
      .accept_websocket()
      .expect("three fragments", frames({"hell", "o wo", "rld"}, 1))
      .reply_frame(1, "answer")
      .expect("two fragments", frames({"answ", "ered"}, 1))
      .reply(server_close(1000))
      .expect_close_frame(1000);
  run(talk());
  EXPECT_TRUE(clean);
  EXPECT_EQ(traffic.messages_sent, 2u);
  EXPECT_EQ(traffic.bytes_sent, network.written().size());
}

TEST_F(ConnectionTest, MessagesAreCompressedIfTheTargetAgrees) {
  request.compression = CompressionOffer{};
  first_message = std::string(900, 'x');
  std::string packed;
  Deflater(Compression{}).deflate(first_message, packed);
  ASSERT_LT(packed.size(), 30u);
  network.on_dial()
      .accept_websocket({}, "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n")
      .expect("a compressed frame", frames({packed}, 0x41))
      .reply_frame(0x41, packed)
      .reply_frame(1, "plain")
      .reply(server_close(1000))
      .expect_close_frame(1000);
  run(talk());
  EXPECT_THAT(messages, ElementsAre(first_message, "plain"));
  EXPECT_TRUE(clean);
  EXPECT_LT(traffic.bytes_sent, 500u) << "what counts is what went over the wire";
  EXPECT_THAT(network.written(), testing::HasSubstr("Sec-WebSocket-Extensions: permessage-deflate; "));
}

TEST_F(ConnectionTest, ACompressedMessageInFragmentsIsMarkedOnce) {
  request.compression = CompressionOffer{};
  limits.fragment = 10;
  core::Random noise(3);
  for (int i = 0; i < 20; ++i) first_message += static_cast<char>('a' + noise.below(26));
  std::string packed;
  Deflater(Compression{}).deflate(first_message, packed);
  ASSERT_GT(packed.size(), 20u);
  ASSERT_LE(packed.size(), 30u);
  network.on_dial()
      .accept_websocket({}, "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n")
      .expect("three fragments",
              frames({packed.substr(0, 10), packed.substr(10, 10), packed.substr(20)}, 0x41))
      .reply(server_frame(0x41, packed.substr(0, 5), false) + server_frame(9, "in between") +
             server_frame(0, packed.substr(5)))
      .expect_frame(10, "in between")
      .reply(server_close(1000))
      .expect_close_frame(1000);
  run(talk());
  EXPECT_THAT(messages, ElementsAre(first_message));
  EXPECT_TRUE(clean);
}

TEST_F(ConnectionTest, ATargetWithoutCompressionIsSpokenToWithout) {
  request.compression = CompressionOffer{};
  first_message = "hello";
  network.on_dial()
      .accept_websocket()
      .expect_frame(1, "hello")
      .reply(server_close(1000))
      .expect_close_frame(1000);
  run(talk());
  EXPECT_TRUE(clean);
}

TEST_F(ConnectionTest, ASubprotocolIsAgreedUpon) {
  request.subprotocols = {"chat.v2", "chat.v1"};
  network.on_dial()
      .accept_websocket({}, "Sec-WebSocket-Protocol: chat.v1\r\n")
      .reply(server_close(1000))
      .expect_close_frame(1000);
  run(talk());
  EXPECT_TRUE(clean);
  EXPECT_THAT(network.written(), testing::HasSubstr("\r\nSec-WebSocket-Protocol: chat.v2, chat.v1\r\n"));

  network.on_dial().accept_websocket();
  run(talk());
  EXPECT_EQ(opening, "upgrade: upgrade of /ws: the target speaks none of the subprotocols chat.v2, chat.v1");
}

TEST_F(ConnectionTest, ABreachOfContentHasItsOwnCode) {
  network.on_dial().accept_websocket().reply_frame(1, "caf\xe9").expect_close_frame(1007);
  run(talk());
  EXPECT_EQ(failure, "protocol: WebSocket: a text message that is not UTF-8");
  network.on_dial().accept_websocket().reply_frame(2, std::string(1'001, 'x')).expect_close_frame(1009);
  failure.clear();
  run(talk());
  EXPECT_EQ(failure, "too_large: WebSocket: a message is longer than max_message, 1000 bytes");
}

TEST_F(ConnectionTest, AFloodOfPingsIsAnsweredInFewWrites) {
  std::string flood;
  auto& script = network.on_dial().accept_websocket();
  for (int i = 0; i < 1'000; ++i) flood += server_frame(9, std::to_string(i));
  script.reply(flood);
  for (int i = 0; i < 1'000; ++i) script.expect_frame(10, std::to_string(i));
  script.reply(server_close(1000)).expect_close_frame(1000);
  run(talk());
  EXPECT_TRUE(clean);
  const auto& done = network.operations();
  EXPECT_LT(std::count(done.begin(), done.end(), support::Operation::write), 5);
}

TEST_F(ConnectionTest, AFloodOfPingsByAPeerThatDoesNotReadIsGivenUp) {
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += server_frame(9, std::string(120, 'p'));
  network.on_dial().accept_websocket().reply(flood, 1ms).stop_reading();
  run(talk());
  EXPECT_EQ(failure, "write: the target has stopped reading: 1 MiB of frames waits");
  EXPECT_LT(traffic.bytes_sent, 2u * 1024 * 1024);
}

TEST_F(ConnectionTest, PingsAreAnsweredBehindOurOwnGoodbye) {
  network.on_dial()
      .accept_websocket()
      .expect_close_frame(1000)
      .reply(server_frame(9, "still there?"))
      .expect_frame(10, "still there?")
      .reply(server_close(1000));
  auto leave = [&]() -> core::Task<void> {
    co_await timeline.sleep_until(at(1s));
    connection->close(1000);
    EXPECT_FALSE(connection->send(Opcode::text, "too late"));
  };
  group.spawn(leave());
  run(talk());
  EXPECT_TRUE(clean);
}

TEST_F(ConnectionTest, AFloodBehindOurGoodbyeIsGivenUpToo) {
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += server_frame(9, std::string(120, 'p'));
  network.on_dial().accept_websocket().reply(flood, 2s).stop_reading();
  auto leave = [&]() -> core::Task<void> {
    co_await timeline.sleep_until(at(1s));
    connection->close(1000);
  };
  group.spawn(leave());
  run(talk());
  EXPECT_EQ(failure, "write: the target has stopped reading: 1 MiB of frames waits");
  EXPECT_EQ(timeline.now(), at(2s));
}

TEST_F(ConnectionTest, ASlowDripMeetsTheDeadlineOfTheUpgrade) {
  auto& drip = network.on_dial().expect_request();
  for (const char c : std::string("HTTP/1.1 101 Switching")) drip.reply(std::string(1, c), 900ms);
  run(talk());
  EXPECT_EQ(opening, "deadline: upgrade of /ws: no answer in time");
  EXPECT_EQ(timeline.now(), at(5s));
}

}  // namespace
}  // namespace soundcheck::websocket
