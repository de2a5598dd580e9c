#include "protocols/net/io.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "tests/support/session_test.hpp"

namespace soundcheck::net {
namespace {

using namespace std::chrono_literals;
using core::Failure;
using core::Stage;
using support::SessionTest;
using testing::ElementsAre;

class IoTest : public SessionTest {
 protected:
  using Attempt = std::variant<Connected, Failure>;

  core::Task<void> dial(core::Duration limit) {
    connected = co_await connect(network, timeline, endpoint, 0, at(limit));
  }

  core::Task<void> transfer(std::string bytes) {
    connected = co_await connect(network, timeline, endpoint, 0, at(1s));
    Channel& channel = *std::get<Connected>(connected).channel;
    Deadline deadline(timeline, channel);
    deadline.set(at(5s));
    written = co_await write_all(channel, bytes);
    for (;;) {
      const std::span<char> scratch = network.scratch();
      last_read = co_await read_some(channel, scratch);
      if (last_read.status != IoStatus::ok) break;
      received.append(scratch.data(), last_read.bytes);
    }
    expired = deadline.expired();
    connected = Failure{};
  }

  Failure failure() const {
    return std::holds_alternative<Failure>(connected) ? std::get<Failure>(connected) : Failure{};
  }

  Attempt connected = Failure{};
  IoResult written, last_read;
  std::string received;
  bool expired = false;
};

TEST_F(IoTest, ConnectsAndMovesBytesInPieces) {
  network.write_limit = 3;
  network.read_limit = 2;
  network.on_dial().connect_after(10ms).expect("hello world").reply("good").reply("bye", 20ms).end();
  run(transfer("hello world"));
  EXPECT_EQ(written.status, IoStatus::ok);
  EXPECT_EQ(received, "goodbye");
  EXPECT_EQ(last_read.status, IoStatus::end);
  EXPECT_FALSE(expired);
}

TEST_F(IoTest, ADeadlineEndsAWaitingRead) {
  network.on_dial().expect("hello");
  run(transfer("hello"));
  EXPECT_EQ(last_read.status, IoStatus::timed_out);
  EXPECT_TRUE(expired);
  EXPECT_EQ(timeline.now(), at(5s));
}

TEST_F(IoTest, AWriteWaitsForThePeerAndADeadlineEndsItToo) {
  network.on_dial().expect("he").stop_reading();
  network.write_limit = 2;
  run(transfer("hello"));
  EXPECT_EQ(written.status, IoStatus::timed_out);
}

TEST_F(IoTest, RefusedSaysWhoAndWhy) {
  network.on_dial().refuse(ECONNREFUSED).connect_after(3ms);
  run(dial(1s));
  EXPECT_EQ(failure().stage, Stage::connect);
  EXPECT_EQ(failure().system_error, ECONNREFUSED);
  EXPECT_EQ(failure().text, "connecting to 192.0.2.1:80: Connection refused");
}

TEST_F(IoTest, WhatThisMachineLacksIsNotTheTargetsFault) {
  for (const int error : {EADDRNOTAVAIL, EADDRINUSE, EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    network.on_dial().refuse(error);
    run(dial(1s));
    EXPECT_EQ(failure().stage, Stage::local);
    EXPECT_EQ(failure().system_error, error);
  }
  network.on_dial().refuse(EADDRNOTAVAIL);
  run(dial(1s));
  EXPECT_EQ(failure().text,
            "connecting to 192.0.2.1:80: Cannot assign requested address (no local port is free)");
}

TEST_F(IoTest, TheNextAddressIsTried) {
  endpoint.addresses.push_back({{}, 0, "192.0.2.2:80"});
  network.on_dial().refuse(ENETUNREACH);
  network.on_dial().connect_after(1ms);
  run(dial(1s));
  EXPECT_TRUE(std::holds_alternative<Connected>(connected));
  connected = Failure{};
}

TEST_F(IoTest, TheLastAddressesErrorCounts) {
  endpoint.addresses.push_back({{}, 0, "192.0.2.2:80"});
  network.on_dial().refuse(ENETUNREACH);
  network.on_dial().refuse(EHOSTUNREACH);
  run(dial(1s));
  EXPECT_EQ(failure().text, "connecting to 192.0.2.2:80: No route to host");
}

TEST_F(IoTest, ADialThatNeverEndsMeetsItsDeadlineAndNoFurtherAddressIsTried) {
  endpoint.addresses.push_back({{}, 0, "192.0.2.2:80"});
  network.on_dial().never_connect();
  run(dial(1s));
  EXPECT_EQ(failure().stage, Stage::deadline);
  EXPECT_EQ(failure().text, "connecting to 192.0.2.1:80: no answer in time");
  EXPECT_EQ(timeline.now(), at(1s));
}

TEST_F(IoTest, NoAddressIsAFailureToResolve) {
  endpoint.addresses.clear();
  run(dial(1s));
  EXPECT_EQ(failure().stage, Stage::resolve);
  EXPECT_EQ(failure().text, "target.test has no address");
}

TEST_F(IoTest, KillEndsADialAndLaterDialsToo) {
  network.on_dial().never_connect();
  network.on_dial().never_connect();
  group.spawn(dial(1s));
  timeline.run_until(at(10ms));
  network.kill_all();
  timeline.run_all();
  EXPECT_EQ(failure().text, "connecting to 192.0.2.1:80: the run was stopped");
  connected = Failure{};
  group.spawn(dial(1s));
  EXPECT_EQ(failure().text, "connecting to 192.0.2.1:80: the run was stopped");
  EXPECT_EQ(timeline.now(), at(10ms));
}

TEST_F(IoTest, AMovedDeadlineCostsNoTimerAndStillFires) {
  network.on_dial();
  ChannelPtr channel = network.dial(endpoint.addresses[0], nullptr);
  timeline.run_all();
  Deadline deadline(timeline, *channel);
  deadline.set(at(1s));
  timeline.run_until(at(900ms));
  deadline.set(at(2s));
  timeline.run_until(at(1900ms));
  EXPECT_FALSE(deadline.expired());
  timeline.run_until(at(2s));
  EXPECT_TRUE(deadline.expired());
  EXPECT_EQ(channel->try_connect().status, IoStatus::timed_out);
}

TEST_F(IoTest, ADeadlineCanBeMovedForwardAndCleared) {
  network.on_dial();
  ChannelPtr channel = network.dial(endpoint.addresses[0], nullptr);
  Deadline deadline(timeline, *channel);
  deadline.set(at(10s));
  deadline.set(at(1s));
  timeline.run_until(at(500ms));
  deadline.clear();
  timeline.run_all();
  EXPECT_FALSE(deadline.expired());
  EXPECT_EQ(channel->try_connect().status, IoStatus::ok);
}

TEST(ToFailure, EveryEndHasItsText) {
  EXPECT_EQ(to_failure({IoStatus::timed_out, 0, 0}, Stage::read, "x").stage, Stage::deadline);
  EXPECT_EQ(to_failure({IoStatus::timed_out, 0, 0}, Stage::read, "x").text, "x: no answer in time");
  EXPECT_EQ(to_failure({IoStatus::end, 0, 0}, Stage::read, "x").text, "x: the peer closed the connection");
  EXPECT_EQ(to_failure({IoStatus::error, 0, EPIPE}, Stage::write, "x").text, "x: Broken pipe");
  EXPECT_EQ(to_failure({IoStatus::error, 0, EPIPE}, Stage::write, "x").system_error, EPIPE);
  EXPECT_EQ(to_failure({IoStatus::cancelled, 0, 0}, Stage::write, "x").text, "x: the run was stopped");
  EXPECT_EQ(error_text(123'456), "error 123456");
}

/// Remembers who dialled whom.
class DialBook final : public support::VirtualNetwork {
 public:
  using VirtualNetwork::VirtualNetwork;
  ChannelPtr dial(const Address& address, const Address* source) override {
    pairs.push_back(address.text + " from " + (source != nullptr ? source->text : "anywhere"));
    return VirtualNetwork::dial(address, source);
  }
  std::vector<std::string> pairs;

 private:
  support::DialAnswer answer_dial(const Address&) override { return {{}, ECONNREFUSED, nullptr}; }
};

TEST(Connect, AddressesAndSourcesTakeTurnsInEveryPair) {
  support::VirtualTimeline timeline;
  DialBook network(timeline);
  Endpoint endpoint;
  endpoint.addresses = {{{}, 2, "A"}, {{}, 2, "B"}};
  endpoint.sources = {{{}, 2, "x"}, {{}, 10, "six"}, {{}, 2, "y"}};
  core::TaskGroup group;
  auto dial = [&](std::uint64_t turn) -> core::Task<void> {
    co_await connect(network, timeline, endpoint, turn, timeline.now() + 1s);
  };
  for (std::uint64_t turn = 0; turn < 6; ++turn) group.spawn(dial(turn));
  timeline.run_all();
  std::sort(network.pairs.begin(), network.pairs.end());
  network.pairs.erase(std::unique(network.pairs.begin(), network.pairs.end()), network.pairs.end());
  EXPECT_THAT(network.pairs, ElementsAre("A from x", "A from y", "B from x", "B from y"));
}

/// Its clock goes on without it: the loop of a generator that cannot keep up.
class LateTimeline final : public core::Timeline {
 public:
  core::TimePoint now() const override { return time; }
  void serve(core::TimePoint at) {
    time = at;
    while (timers().fire_due(time)) {
    }
  }
  core::TimePoint time{};
};

TEST_F(IoTest, ALateLoopGivesTheTargetTheTimeThatItTook) {
  network.on_dial();
  ChannelPtr channel = network.dial(endpoint.addresses[0], nullptr);
  LateTimeline late;
  Deadline deadline(late, *channel);
  deadline.set(core::TimePoint{} + 100ms);
  late.serve(core::TimePoint{} + 130ms);
  EXPECT_FALSE(deadline.expired()) << "30 ms late: what came meanwhile has not been read yet";
  late.serve(core::TimePoint{} + 159ms);
  EXPECT_FALSE(deadline.expired());
  late.serve(core::TimePoint{} + 180ms);
  EXPECT_TRUE(deadline.expired()) << "once, not for ever";
}

TEST_F(IoTest, ALoopInTimeEndsTheWaitAtOnce) {
  network.on_dial();
  ChannelPtr channel = network.dial(endpoint.addresses[0], nullptr);
  LateTimeline prompt;
  Deadline deadline(prompt, *channel);
  deadline.set(core::TimePoint{} + 100ms);
  prompt.serve(core::TimePoint{} + 101ms);
  EXPECT_TRUE(deadline.expired());
}

}  // namespace
}  // namespace soundcheck::net
