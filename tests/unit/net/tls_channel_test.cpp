#include "protocols/net/tls_channel.hpp"

#include <openssl/ssl.h>

#include "tests/unit/net/tls_test.hpp"

namespace soundcheck::net {
namespace {

using core::Stage;
using support::Breakage;
using testing::AnyOf;
using testing::HasSubstr;

std::string pattern(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(i * 31 + i / 251);
  return out;
}

/// Everything that must hold for both versions.
class TlsVersions : public TlsTest, public testing::WithParamInterface<bool> {
 protected:
  TlsVersions() { server.up_to_1_2 = GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Versions, TlsVersions, testing::Bool(),
                         [](const auto& version) { return version.param ? "tls_1_2" : "tls_1_3"; });

TEST_P(TlsVersions, CarriesBytesAndSaysGoodbye) {
  use_settings();
  talk("hello");
  ASSERT_FALSE(failure) << failure->text;
  EXPECT_EQ(echo, "hello");
  EXPECT_EQ(seen.text, "hello");
  EXPECT_EQ(seen.server_name, "target.test");
  EXPECT_TRUE(seen.goodbye);
  EXPECT_TRUE(connected.tls);
  EXPECT_FALSE(connected.tls_resumed);
}

TEST_P(TlsVersions, CarriesBytesOneByOne) {
  use_settings();
  read_limit = 1;
  write_limit = 1;
  talk("hello");
  ASSERT_FALSE(failure) << failure->text;
  EXPECT_EQ(echo, "hello");
}

TEST_P(TlsVersions, TellsWhenWhatItDecryptsCame) {
  use_settings();
  const support::TlsServer running(server);
  support::TlsNetwork network(timeline, running);
  network.noticed_late = 3ms;
  group.spawn(converse(network, "hello"));
  timeline.run_all();
  ASSERT_FALSE(failure) << failure->text;
  EXPECT_EQ(echo, "hello");
  EXPECT_EQ(last_read.arrived, timeline.now() - 3ms);
}

TEST_P(TlsVersions, CarriesALotToAPeerThatTakesLittle) {
  use_settings();
  behaviour.takes = 1'000;
  const std::string text = pattern(300'000);
  talk(text);
  ASSERT_FALSE(failure) << failure->text;
  EXPECT_TRUE(echo == text);
  EXPECT_EQ(last_write.status, IoStatus::ok);
}

TEST_P(TlsVersions, AGoodbyeIsTheEnd) {
  use_settings();
  behaviour.says_goodbye = true;
  talk("hello" + pattern(100'000));
  ASSERT_FALSE(failure) << failure->text;
  EXPECT_EQ(last_read.status, IoStatus::end);
}

TEST_P(TlsVersions, SoIsAHangUpWithoutOne) {
  use_settings();
  behaviour.hangs_up = true;
  talk("hello" + pattern(100'000));
  ASSERT_FALSE(failure) << failure->text;
  EXPECT_EQ(last_read.status, IoStatus::end);
}

TEST_P(TlsVersions, AnEarlierSessionOfTheUserIsResumed) {
  use_settings();
  TlsMemory remembered;
  memory = &remembered;
  // One server for both connections: it made the ticket.
  const support::TlsServer running(server);
  for (const bool resumed : {false, true, true}) {
    support::TlsNetwork network(timeline, running);
    echo.clear();
    group.spawn(converse(network, "hello"));
    timeline.run_all();
    ASSERT_FALSE(failure) << failure->text;
    EXPECT_EQ(echo, "hello");
    EXPECT_EQ(connected.tls_resumed, resumed);
  }
  EXPECT_EQ(remembered.server_name, "target.test");
}

TEST_P(TlsVersions, NoSessionIsResumedIfSwitchedOffOrForAnotherName) {
  server.identity = authority.issue({{"target.test", "other.test"}});
  TlsMemory remembered;
  memory = &remembered;
  const support::TlsServer running(server);
  const auto again = [&] {
    support::TlsNetwork network(timeline, running);
    echo.clear();
    group.spawn(converse(network, "hello"));
    timeline.run_all();
    EXPECT_FALSE(failure) << failure->text;
    EXPECT_FALSE(connected.tls_resumed);
  };
  use_settings();
  again();
  settings.server_name = "other.test";
  use_settings();
  again();
  settings.resumption = false;
  use_settings();
  again();
}

TEST_P(TlsVersions, AlpnIsOfferedAndTheAnswerReported) {
  use_settings();
  talk();
  EXPECT_EQ(connected.protocol, "");
  server.protocols = {"h2", "http/1.1"};
  talk();
  EXPECT_EQ(connected.protocol, "http/1.1");
  endpoint.tls = endpoint.tls->with_protocols({"h2", "http/1.1"});
  talk();
  EXPECT_EQ(connected.protocol, "h2");
}

TEST_P(TlsVersions, AHandshakeThatStallsMeetsItsDeadline) {
  use_settings();
  behaviour.breaks_after = 100;
  behaviour.how = Breakage::stall;
  const core::TimePoint begin = timeline.now();
  talk();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->stage, Stage::deadline);
  EXPECT_EQ(failure->text, "TLS handshake with 192.0.2.1:80: no answer in time");
  EXPECT_EQ(timeline.now(), begin + 5s);
}

TEST_P(TlsVersions, AKilledRunEndsAHandshake) {
  use_settings();
  behaviour.breaks_after = 100;
  behaviour.how = Breakage::stall;
  const support::TlsServer running(server);
  support::TlsNetwork network(timeline, running);
  network.behaviour = behaviour;
  group.spawn(converse(network, "hello"));
  timeline.run_for(1s);
  network.kill_all();
  timeline.run_all();
  EXPECT_EQ(group.live(), 0u);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->text, "TLS handshake with 192.0.2.1:80: the run was stopped");
}

/// Wherever the target's bytes stop or go wrong, the attempt ends in its class and in time, and what comes
/// through is never wrong.
class TlsBroken : public TlsTest, public testing::WithParamInterface<std::tuple<bool, Breakage>> {};
INSTANTIATE_TEST_SUITE_P(EveryByte, TlsBroken,
                         testing::Combine(testing::Bool(),
                                          testing::Values(Breakage::close, Breakage::reset, Breakage::stall,
                                                          Breakage::corrupt)));

TEST_P(TlsBroken, AtEveryByte) {
  const auto [up_to_1_2, how] = GetParam();
  server.up_to_1_2 = up_to_1_2;
  use_settings();
  talk();
  ASSERT_FALSE(failure) << failure->text;
  const std::size_t whole = seen.sent;
  ASSERT_GT(whole, 500u);
  // A reset and a stall come after the same bytes as a close: a sample of them will do.
  const std::size_t step = how == Breakage::close || how == Breakage::corrupt ? 1 : 11;
  std::size_t failed = 0;
  for (std::size_t at = 0; at < whole; at += step) {
    SCOPED_TRACE(at);
    behaviour.breaks_after = at;
    behaviour.how = how;
    const core::TimePoint begin = timeline.now();
    talk();
    EXPECT_LE(timeline.now() - begin, 10s);
    if (!failure) {
      EXPECT_TRUE(echo == "hello" || (echo.empty() && last_read.status != IoStatus::ok));
      continue;
    }
    ++failed;
    switch (how) {
      case Breakage::close:
        EXPECT_EQ(failure->stage, Stage::tls);
        EXPECT_THAT(failure->text, HasSubstr("the peer closed the connection"));
        break;
      case Breakage::reset:
        EXPECT_EQ(failure->stage, Stage::tls);
        EXPECT_EQ(failure->system_error, ECONNRESET);
        break;
      case Breakage::stall:
        EXPECT_EQ(failure->stage, Stage::deadline);
        break;
      case Breakage::corrupt:
        // A wrong length waits for bytes that never come; a wrong byte in a certificate is a wrong
        // certificate.
        EXPECT_THAT(failure->stage, AnyOf(Stage::tls, Stage::certificate, Stage::deadline)) << failure->text;
        break;
    }
    if (HasFailure()) break;
  }
  EXPECT_GT(failed, whole / step / 4) << "most of the bytes belong to the handshake";
}

TEST_F(TlsTest, AKeyUpdateOfTheTargetIsAnswered) {
  use_settings();
  behaviour.after_echo = [](ssl_st* ssl) {
    EXPECT_EQ(SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED), 1);
    EXPECT_EQ(SSL_do_handshake(ssl), 1);
  };
  const std::string text = pattern(200'000);
  talk(text);
  ASSERT_FALSE(failure) << failure->text;
  EXPECT_TRUE(echo == text);
}

TEST_F(TlsTest, ARenegotiationIsRefusedAndTheConnectionGoesOn) {
  server.up_to_1_2 = true;
  use_settings();
  behaviour.after_echo = [](ssl_st* ssl) {
    SSL_renegotiate(ssl);
    SSL_do_handshake(ssl);
  };
  const std::string text = pattern(200'000);
  talk(text);
  ASSERT_FALSE(failure) << failure->text;
  EXPECT_TRUE(echo == text) << "by a warning, after which both go on";
}

TEST_F(TlsTest, DestroyingTheChannelInsideAWakeIsSafe) {
  server.up_to_1_2 = true;  // its tickets are part of the handshake, so nothing is left to read afterwards
  use_settings();
  const support::TlsServer running(server);
  support::TlsNetwork network(timeline, running);
  struct Destroyer : Waiter {
    explicit Destroyer(ChannelPtr& c)
        : Waiter([](Waiter& w) { static_cast<Destroyer&>(w).go(); }), channel(c) {}
    void go() {
      ++calls;
      channel.reset();
    }
    ChannelPtr& channel;
    int calls = 0;
  };
  ChannelPtr channel;
  Destroyer reader(channel);
  Destroyer writer(channel);
  auto dial = [&]() -> core::Task<void> {
    auto result = co_await connect(network, timeline, endpoint, 0, timeline.now() + 5s);
    channel = std::move(std::get<Connected>(result).channel);
  };
  group.spawn(dial());
  timeline.run_all();
  ASSERT_TRUE(channel);
  channel->arm(Direction::read, reader);
  channel->abort(IoStatus::timed_out);
  EXPECT_FALSE(channel);
  EXPECT_EQ(reader.calls + writer.calls, 1);
}

TEST_F(TlsTest, OperationsAfterAnAbortEndWithItsReason) {
  use_settings();
  const support::TlsServer running(server);
  support::TlsNetwork network(timeline, running);
  auto use = [&]() -> core::Task<void> {
    auto result = co_await connect(network, timeline, endpoint, 0, timeline.now() + 5s);
    const ChannelPtr channel = std::move(std::get<Connected>(result).channel);
    channel->abort(IoStatus::timed_out);
    channel->abort(IoStatus::cancelled);
    char byte = 0;
    EXPECT_EQ(channel->try_read({&byte, 1}).status, IoStatus::timed_out);
    EXPECT_EQ(channel->try_write({&byte, 1}).status, IoStatus::timed_out);
    last_read = co_await read_some(*channel, {&byte, 1});
    EXPECT_EQ(last_read.status, IoStatus::timed_out);
  };
  group.spawn(use());
  timeline.run_all();
  EXPECT_EQ(group.live(), 0u);
  EXPECT_FALSE(network.seen.goodbye);
}

}  // namespace
}  // namespace soundcheck::net
