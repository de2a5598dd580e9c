#include "protocols/net/loop.hpp"

#include <gmock/gmock.h>

#include <thread>
#include <utility>
#include <vector>

#include "tests/unit/net/loop_test.hpp"

namespace soundcheck::net {
namespace {

TEST_F(LoopTest, Connects) {
  run(just_dial());
  EXPECT_TRUE(connected);
}

TEST_F(LoopTest, RefusedByAClosedPort) {
  listener.close();
  run(just_dial());
  EXPECT_FALSE(connected);
  EXPECT_EQ(failure.stage, core::Stage::connect);
  EXPECT_EQ(failure.system_error, ECONNREFUSED);
  EXPECT_EQ(failure.text, "connecting to " + listener.address().text + ": Connection refused");
}

TEST_F(LoopTest, TheTargetSeesTheSourceAddresses) {
  auto dial_twice = [&]() -> core::Task<void> {
    co_await dial_in_turn(1);  // the kernel chooses
    sources = {*numeric_address("127.0.0.2")};
    co_await dial_in_turn(1);
  };
  run(dial_twice());
  EXPECT_THAT(callers, testing::ElementsAre("127.0.0.1", "127.0.0.2")) << failure.text;
}

TEST_F(LoopTest, SourceAddressesTakeTurnsAndOtherFamiliesArePassedOver) {
  sources = {*numeric_address("127.0.0.2"), *numeric_address("::1"), *numeric_address("127.0.0.3")};
  run(dial_in_turn(4));
  EXPECT_THAT(callers, testing::ElementsAre("127.0.0.2", "127.0.0.3", "127.0.0.2", "127.0.0.3"))
      << failure.text;
}

/// Of a network for documentation (RFC 5737), so no machine has it.
TEST_F(LoopTest, ASourceAddressThatIsNotOursIsAFailureOfThisMachine) {
  sources = {*numeric_address("192.0.2.7")};
  run(just_dial());
  EXPECT_FALSE(connected);
  EXPECT_EQ(failure.stage, core::Stage::local);
  EXPECT_EQ(failure.system_error, EADDRNOTAVAIL);
}

TEST_F(LoopTest, AnAddressThatTheKernelRefusesAtOnce) {
  Address broken = listener.address();
  broken.family = 12'345;
  const ChannelPtr channel = loop.dial(broken, nullptr);
  EXPECT_EQ(channel->try_connect().status, IoStatus::error);
  EXPECT_EQ(channel->try_connect().error, EAFNOSUPPORT);
}

TEST_F(LoopTest, AResetIsAnError) {
  IoResult last;
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    Socket peer = listener.accept();
    const linger now{1, 0};
    ::setsockopt(peer.fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    peer.close();
    std::string text;
    co_await read_until_end(*channel, text, last);
  };
  run(talk());
  EXPECT_EQ(last.status, IoStatus::error);
  EXPECT_EQ(last.error, ECONNRESET);
}

TEST_F(LoopTest, CloseWithResetShowsToThePeer) {
  ssize_t received = 0;
  int error = 0;
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    const Socket peer = listener.accept();
    channel->close(true);
    EXPECT_EQ(channel->try_write(std::string_view("x")).status, IoStatus::cancelled);
    char byte = 0;
    received = ::recv(peer.fd(), &byte, 1, 0);
    error = errno;
  };
  run(talk());
  EXPECT_EQ(received, -1);
  EXPECT_EQ(error, ECONNRESET);
}

/// More than all buffers hold, both ways at once.
TEST_F(LoopTest, MovesALotInBothDirections) {
  constexpr std::size_t size = 16'000'000;
  std::string sent;
  for (std::size_t i = 0; i < size; ++i) sent += static_cast<char>(i * 31 + i / 251);
  std::string text;
  IoResult last;
  read_size = 64 * 1024;
  std::thread echo;
  auto write = [&](Channel& channel) -> core::Task<void> {
    const IoResult result = co_await write_all(channel, sent);
    EXPECT_EQ(result.status, IoStatus::ok);
  };
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    echo = std::thread([peer = listener.accept()] {
      std::vector<char> buffer(100'000);
      for (std::size_t left = size; left > 0;) {
        const ssize_t n = ::recv(peer.fd(), buffer.data(), buffer.size(), 0);
        if (n <= 0) return;
        send_all(peer, {buffer.data(), static_cast<std::size_t>(n)});
        left -= static_cast<std::size_t>(n);
      }
    });
    core::TaskGroup writers;
    writers.spawn(write(*channel));
    co_await read_until_end(*channel, text, last);
    co_await writers.join();
  };
  run(talk());
  echo.join();
  EXPECT_EQ(last.status, IoStatus::end);
  EXPECT_TRUE(text == sent);
}

TEST_F(LoopTest, AbortEndsTheWaitAndEverythingAfterIt) {
  IoResult last;
  IoResult later;
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    const Socket peer = listener.accept();
    loop.post([&] { channel->abort(IoStatus::timed_out); });
    std::string text;
    co_await read_until_end(*channel, text, last);
    channel->abort(IoStatus::cancelled);
    later = co_await write_all(*channel, std::string_view("x"));
  };
  run(talk());
  EXPECT_EQ(last.status, IoStatus::timed_out);
  EXPECT_EQ(later.status, IoStatus::timed_out) << "the first reason counts";
}

TEST_F(LoopTest, ADeadlineEndsTheWait) {
  IoResult last;
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    const Socket peer = listener.accept();
    Deadline deadline(loop, *channel);
    deadline.set(loop.now());
    std::string text;
    co_await read_until_end(*channel, text, last);
    EXPECT_TRUE(deadline.expired());
  };
  run(talk());
  EXPECT_EQ(last.status, IoStatus::timed_out);
}

/// Whichever of two channels is served first destroys the other, whose event is in the same batch already,
/// and dials a new one, which may get the same address.
TEST_F(LoopTest, AnEventOfADeadChannelIsNotServed) {
  struct Destroyer : Waiter {
    explicit Destroyer(Loop& l) : Waiter(&Destroyer::on_ready), loop(l) {}
    static void on_ready(Waiter& waiter) {
      auto& self = static_cast<Destroyer&>(waiter);
      ++self.calls;
      self.other->reset();
      *self.other = self.loop.dial(*self.address, nullptr);
      (*self.other)->arm(Direction::read, *self.newcomer);
      self.loop.post([loop = &self.loop] { loop->stop(); });
    }
    Loop& loop;
    ChannelPtr* other = nullptr;
    const Address* address = nullptr;
    Waiter* newcomer = nullptr;
    int calls = 0;
  };
  struct Counter : Waiter {
    Counter() : Waiter([](Waiter& waiter) { ++static_cast<Counter&>(waiter).calls; }) {}
    int calls = 0;
  };
  Destroyer first(loop);
  Destroyer second(loop);
  Counter newcomer;
  ChannelPtr a;
  ChannelPtr b;
  std::vector<Socket> peers;
  auto talk = [&]() -> core::Task<void> {
    a = co_await dial();
    peers.push_back(listener.accept());
    b = co_await dial();
    peers.push_back(listener.accept());
    first.other = &b;
    second.other = &a;
    for (Destroyer* one : {&first, &second}) {
      one->address = &listener.address();
      one->newcomer = &newcomer;
    }
    a->arm(Direction::read, first);
    b->arm(Direction::read, second);
    for (const Socket& peer : peers) send_all(peer, "x");
  };
  group.spawn(talk());
  loop.run();
  EXPECT_EQ(first.calls + second.calls, 1);
  EXPECT_EQ(newcomer.calls, 0) << "the old event reached the new channel";
  a.reset();
  b.reset();
}

TEST_F(LoopTest, KillEndsAllChannelsAndTimers) {
  constexpr int many = 100;
  std::vector<IoStatus> ends;
  std::vector<core::Wake> wakes;
  std::vector<Socket> peers;
  auto read = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    peers.push_back(listener.accept());
    std::string text;
    IoResult last;
    co_await read_until_end(*channel, text, last);
    ends.push_back(last.status);
  };
  auto sleep = [&]() -> core::Task<void> { wakes.push_back(co_await loop.sleep_until(loop.now() + 1h)); };
  auto kill = [&]() -> core::Task<void> {
    while (peers.size() < many) co_await loop.sleep_until(loop.now() + 1us);
    loop.kill_all();
  };
  for (int i = 0; i < many; ++i) {
    group.spawn(read());
    group.spawn(sleep());
  }
  run(kill());
  EXPECT_THAT(ends, testing::AllOf(testing::SizeIs(many), testing::Each(IoStatus::cancelled)));
  EXPECT_THAT(wakes, testing::AllOf(testing::SizeIs(many), testing::Each(core::Wake::cancelled)));
}

TEST_F(LoopTest, OtherThreadsPostWork) {
  constexpr int threads = 4;
  constexpr int each = 1'000;
  int done = 0;
  const std::thread::id mine = std::this_thread::get_id();
  std::vector<std::thread> others;
  for (int t = 0; t < threads; ++t) {
    others.emplace_back([&] {
      for (int i = 0; i < each; ++i) {
        loop.post([&] {
          EXPECT_EQ(std::this_thread::get_id(), mine);
          if (++done == threads * each) loop.stop();
        });
      }
    });
  }
  loop.run();
  for (std::thread& other : others) other.join();
  EXPECT_EQ(done, threads * each);
}

TEST_F(LoopTest, TimersFireInOrderAndTellHowLateTheyWere) {
  std::vector<core::Duration> late;
  std::vector<int> order;
  loop.on_timer_served = [&](core::Duration d) { late.push_back(d); };
  const core::TimePoint begin = loop.now();
  auto sleep = [&](core::Duration length, int name) -> core::Task<void> {
    co_await loop.sleep_until(begin + length);
    EXPECT_GE(loop.now(), begin + length);
    order.push_back(name);
  };
  group.spawn(sleep(3ms, 3));
  group.spawn(sleep(1ms, 1));
  run(sleep(2ms, 2));
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(late, testing::AllOf(testing::SizeIs(3), testing::Each(testing::Ge(0ns))));
}

/// A request asks for the time often, and each reading of the clock costs.
TEST_F(LoopTest, ReadsTheClockAgainOnlyAfterSomethingThatTakesTime) {
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    const core::TimePoint connected_at = loop.now();
    EXPECT_EQ(loop.now(), connected_at);
    channel->try_write(std::string_view("x"));
    const core::TimePoint sent_at = loop.now();
    EXPECT_GT(sent_at, connected_at);
    EXPECT_EQ(loop.now(), sent_at);
    co_await loop.sleep_until(sent_at + 1us);
    EXPECT_GE(loop.now(), sent_at + 1us);
  };
  run(talk());
}

class SpinningLoopTest : public LoopTest {
 protected:
  SpinningLoopTest() : LoopTest(IdleStrategy::spin) {}
};

TEST_F(SpinningLoopTest, ServesConnectionsTimersAndWorkOfOthers) {
  std::string text;
  IoResult last;
  bool posted = false;
  std::thread other;
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    {
      const Socket peer = listener.accept();
      send_all(peer, "hello");
    }
    co_await read_until_end(*channel, text, last);
    EXPECT_EQ(co_await loop.sleep_until(loop.now() + 1ms), core::Wake::elapsed);
    other = std::thread([&] { loop.post([&] { posted = true; }); });
    while (!posted) co_await loop.sleep_until(loop.now() + 1ms);
  };
  run(talk());
  other.join();
  EXPECT_EQ(text, "hello");
  EXPECT_EQ(last.status, IoStatus::end);
}

TEST_F(SpinningLoopTest, CountsTheTimeWithoutWork) {
  auto sleep = [&]() -> core::Task<void> { co_await loop.sleep_until(loop.now() + 5ms); };
  const core::TimePoint before = Loop::clock();
  run(sleep());
  EXPECT_GT(loop.idle_time(), core::Duration::zero());
  EXPECT_LT(loop.idle_time(), Loop::clock() - before);
}

TEST_F(LoopTest, OneThatSleepsCountsNoTimeWithoutWork) {
  auto sleep = [&]() -> core::Task<void> { co_await loop.sleep_until(loop.now() + 5ms); };
  run(sleep());
  EXPECT_EQ(loop.idle_time(), core::Duration::zero());
}

}  // namespace
}  // namespace soundcheck::net
