// Users that misbehave on purpose, targets that fall silent, and what is said in binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "protocols/websocket/websocket_session.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_probe.hpp"
#include "tests/unit/websocket/frame_peer.hpp"

namespace soundcheck::websocket {
namespace {

using namespace std::chrono_literals;
using core::Counter;
using core::Metric;
using support::server_frame;
using support::VirtualChannel;
using testing::ElementsAre;
using testing::IsEmpty;

/// Every connection gets a peer from the test.
class PeerNetwork final : public support::VirtualNetwork {
 public:
  using VirtualNetwork::VirtualNetwork;
  std::function<std::unique_ptr<support::Peer>()> make_peer = [] { return std::make_unique<FramePeer>(); };

 private:
  support::DialAnswer answer_dial(const net::Address&) override { return {{}, 0, make_peer()}; }
};

class MannersTest : public testing::Test {
 protected:
  MannersTest() {
    workload.exchange_task = 1;
    workload.ping_task = 2;
    workload.upgrade = {"/ws", "h"};
    workload.connect_timeout = 1s;
    workload.ping_interval = 1h;
    workload.exchange_interval = 1s;
    workload.hold = 5s;
  }
  void run(std::uint64_t user = 0, int times = 1) {
    WebSocketSession session(workload, {endpoint, network, timeline, probe, 1, user});
    core::TaskGroup group;
    const auto repeat = [&]() -> core::Task<void> {
      for (int i = 0; i < times; ++i) {
        co_await session.run_one(timeline.now(), core::TimePoint::max());
        co_await timeline.sleep_until(timeline.now() + session.think_time());
      }
    };
    group.spawn(repeat());
    EXPECT_TRUE(timeline.run_all());
    EXPECT_EQ(group.live(), 0U);
    EXPECT_EQ(network.open_channels(), 0U);
    EXPECT_EQ(probe.in_progress(), 0);
  }
  std::int64_t count(Counter counter) const { return probe.counter(0, counter); }

  support::VirtualTimeline timeline;
  PeerNetwork network{timeline};
  support::RecordingProbe probe;
  const net::Endpoint endpoint = support::any_endpoint();
  const core::TimePoint begin = timeline.now();
  Workload workload;
};

TEST_F(MannersTest, SharesAreExactAtEveryNumberOfUsers) {
  for (const auto& [half_open, slow] : {std::pair(0.05, 0.0), std::pair(0.2, 0.3), std::pair(0.0, 1.0)}) {
    workload.half_open = half_open;
    workload.slow_readers = slow;
    double seen_half_open = 0;
    double seen_slow = 0;
    for (std::uint64_t user = 0; user < 20'000; ++user) {
      const Manners manners = manners_of(user, workload);
      seen_half_open += manners == Manners::half_open ? 1 : 0;
      seen_slow += manners == Manners::slow_reader ? 1 : 0;
      const double users = static_cast<double>(user + 1);
      ASSERT_NEAR(seen_half_open, half_open * users, 3) << user;
      ASSERT_NEAR(seen_slow, slow * users, 3) << user;
    }
  }
  workload.half_open = 0.25;
  workload.slow_readers = 1;
  for (std::uint64_t user = 0; user < 100; ++user)
    EXPECT_NE(manners_of(user, workload), Manners::good) << "all the others read slowly";
}

/// Pings, and ends the connection of a client that has not answered for half a second.
class StrictPeer final : public FramePeer {
  void on_open(VirtualChannel& channel) override {
    channel.send_at(channel.now() + 100ms, server_frame(9, "there?"));
    channel.end_at(channel.now() + 600ms);
  }
};

TEST_F(MannersTest, AHalfOpenPeerIsSilentAndTheTargetMayEndIt) {
  workload.half_open = 1;
  workload.exchange = {{ExchangeStep::Kind::send, support::text("never said"), {}, {}, ""}};
  workload.ping_interval = 100ms;
  network.make_peer = [] { return std::make_unique<StrictPeer>(); };
  run();
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::half_open), 1);
  EXPECT_EQ(count(Counter::half_open_ended), 1);
  EXPECT_EQ(count(Counter::succeeded), 1);
  EXPECT_EQ(count(Counter::lost_connections), 0);
  EXPECT_EQ(count(Counter::messages_sent), 0);
  EXPECT_EQ(probe.counter(2, Counter::started), 0) << "it does not ping";
  EXPECT_EQ(timeline.now(), begin + 5s + 1s) << "the hold, and the delay behind it";
}

TEST_F(MannersTest, APatientTargetStillHoldsAHalfOpenPeer) {
  workload.half_open = 1;
  run();
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::half_open), 1);
  EXPECT_EQ(count(Counter::half_open_ended), 0);
  EXPECT_EQ(count(Counter::succeeded), 1);
}

/// Says a hundred numbered messages of 100 bytes at once.
class TalkativePeer final : public FramePeer {
  void on_open(VirtualChannel& channel) override {
    for (int i = 1; i <= 100; ++i) {
      const std::string number = fmt::format("message {:03} ", i);
      channel.send_at(channel.now() + 1ms, server_frame(1, number + std::string(98 - number.size(), '.')));
    }
  }
};

TEST_F(MannersTest, ASlowReaderTakesItsTimeAndEndsWell) {
  workload.slow_readers = 1;
  workload.read_rate = 1'000;
  core::ContentMatch match;
  match.contains = support::text("message 030");
  workload.exchange = {{ExchangeStep::Kind::expect, {}, std::move(match), 10s, "expect"}};
  workload.exchange_interval = 1h;
  network.make_peer = [] { return std::make_unique<TalkativePeer>(); };
  run();
  EXPECT_THAT(probe.failures(), IsEmpty());
  ASSERT_EQ(probe.values(1, Metric::response_time).size(), 1U);
  EXPECT_NEAR(static_cast<double>(probe.values(1, Metric::response_time)[0]) / 1e6, 3.0, 0.3)
      << "3,000 bytes at 1,000 a second";
  EXPECT_EQ(count(Counter::messages_received), 100) << "the farewell waits behind the rest";
  EXPECT_EQ(count(Counter::clean_closes), 1);
  EXPECT_LE(timeline.now(), begin + 5s + 1s + 200ms);
}

/// Takes everything and never says a word.
class DeafPeer final : public FramePeer {
  void on_ping(VirtualChannel&, const support::ClientFrame&) override {}
};

TEST_F(MannersTest, ATargetThatAnswersNoPingIsGivenUp) {
  workload.hold = 1h;
  workload.ping_interval = 1s;
  workload.pong_timeout = 2500ms;
  workload.reconnect = core::Backoff::constant(10s);
  int connections = 0;
  network.make_peer = [&]() -> std::unique_ptr<support::Peer> {
    if (++connections == 1) return std::make_unique<DeafPeer>();
    return std::make_unique<FramePeer>();
  };
  run(0, 2);
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("deadline: ping: no pong before the next ping was due",
                          "deadline: ping: no pong before the next ping was due",
                          "deadline: WebSocket: not a word from the target for 2.5 s after a ping"));
  EXPECT_EQ(count(Counter::lost_connections), 1);
  EXPECT_EQ(count(Counter::unclean_closes), 1);
  EXPECT_THAT(probe.values(0, Metric::recovery_time), ElementsAre(10'000'000));
  EXPECT_EQ(count(Counter::succeeded), 1);
}

TEST_F(MannersTest, APongTimeoutShorterThanTheIntervalHolds) {
  workload.hold = 1h;
  workload.ping_interval = 10s;
  workload.pong_timeout = 300ms;
  network.make_peer = [] { return std::make_unique<DeafPeer>(); };
  run();
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("deadline: WebSocket: not a word from the target for 0.3 s after a ping"));
  EXPECT_LE(timeline.now(), begin + 10s + 300ms + 1s);
}

/// Answers no ping, but talks.
class BusyPeer final : public FramePeer {
  void on_open(VirtualChannel& channel) override {
    for (int i = 1; i < 50; ++i) channel.send_at(channel.now() + i * 100ms, server_frame(1, "news"));
  }
  void on_ping(VirtualChannel&, const support::ClientFrame&) override {}
};

TEST_F(MannersTest, ATargetThatTalksIsAlive) {
  workload.ping_interval = 1s;
  workload.pong_timeout = 500ms;
  network.make_peer = [] { return std::make_unique<BusyPeer>(); };
  run();
  EXPECT_EQ(count(Counter::clean_closes), 1);
  EXPECT_EQ(count(Counter::succeeded), 1);
}

ExchangeStep send_binary(std::string bytes, std::size_t random_size = 0) {
  ExchangeStep step;
  step.opcode = Opcode::binary;
  step.bytes = std::move(bytes);
  step.random_size = random_size;
  return step;
}
ExchangeStep expect_message(std::optional<Opcode> kind, std::optional<std::size_t> size) {
  ExchangeStep step;
  step.kind = ExchangeStep::Kind::expect;
  step.duration = 500ms;
  step.label = "expect";
  step.of_kind = kind;
  step.of_size = size;
  return step;
}

TEST_F(MannersTest, BinaryMessagesAreToldFromTextByKindAndSize) {
  workload.exchange = {send_binary(std::string("\x00\xff\x7b\x7b", 4)), expect_message(Opcode::binary, 4),
                       send_binary("", 70'000), expect_message(std::nullopt, 70'000)};
  workload.hold = 900ms;
  run();
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(probe.counter(1, Counter::succeeded), 1);

  workload.exchange = {send_binary("abc"), expect_message(Opcode::text, 3)};
  run();
  workload.exchange = {send_binary("abc"), expect_message(Opcode::binary, 4)};
  run();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("deadline: expect: no such message in time",
                                                 "deadline: expect: no such message in time"));
}

/// Keeps what it is sent.
class KeepingPeer final : public FramePeer {
 public:
  explicit KeepingPeer(std::vector<std::string>& kept) : kept_(kept) {}

 private:
  void on_message(VirtualChannel&, const support::ClientFrame& frame) override {
    kept_.push_back(frame.payload);
  }
  std::vector<std::string>& kept_;
};

TEST_F(MannersTest, RandomBytesFollowTheSeed) {
  std::vector<std::string> kept;
  network.make_peer = [&] { return std::make_unique<KeepingPeer>(kept); };
  workload.exchange = {send_binary("", 1'000)};
  workload.hold = 1900ms;
  run(0);
  run(0);
  run(1);
  ASSERT_EQ(kept.size(), 6U);
  EXPECT_EQ(kept[0].size(), 1'000U);
  EXPECT_NE(kept[0], kept[1]);
  EXPECT_EQ(kept[0], kept[2]);
  EXPECT_EQ(kept[1], kept[3]);
  EXPECT_NE(kept[0], kept[4]) << "users say different things";
}

TEST_F(MannersTest, HeadersOfTheUpgradeHoldVariables) {
  std::string head;
  class HeadPeer final : public support::Peer {
   public:
    explicit HeadPeer(std::string& kept) : head_(kept) {}
    std::size_t on_bytes(VirtualChannel& channel, std::string_view bytes) override {
      head_ += bytes;
      channel.end_at(channel.now());
      return bytes.size();
    }

   private:
    std::string& head_;
  };
  network.make_peer = [&] { return std::make_unique<HeadPeer>(head); };
  workload.upgrade.headers = {{"X-User", support::text("u-{{user_id}}")}};
  run(7);
  EXPECT_THAT(head, testing::HasSubstr("\r\nX-User: u-7\r\n"));
}

/// What comes while nothing is expected is kept for the expect that follows, up to a bound.
class FloodingPeer final : public FramePeer {
  void on_open(VirtualChannel& channel) override {
    std::string flood;
    for (int i = 0; i < 2'000; ++i) flood += server_frame(1, fmt::format("news {}", i));
    channel.send_at(channel.now() + 100ms, flood);
  }
};

TEST_F(MannersTest, TheInboxKeepsTheLatestOnly) {
  network.make_peer = [] { return std::make_unique<FloodingPeer>(); };
  ExchangeStep wait;
  wait.kind = ExchangeStep::Kind::wait;
  wait.duration = 200ms;
  const auto expect_text = [](std::string text) {
    ExchangeStep step = expect_message(std::nullopt, std::nullopt);
    step.match.contains = support::text(text);
    return step;
  };
  workload.exchange_interval = 1h;
  workload.exchange = {wait, expect_text("news 1744"), expect_text("news 1999")};
  run();
  EXPECT_THAT(probe.failures(), IsEmpty());
  workload.exchange = {wait, expect_text("news 1743")};
  run();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("deadline: expect: no such message in time"));
}

}  // namespace
}  // namespace soundcheck::websocket
