// Reading from a channel of a loop: nothing is lost, and nobody is kept waiting.
#include <gmock/gmock.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <vector>

#include "tests/unit/net/loop_test.hpp"

namespace soundcheck::net {
namespace {

/// Data and the end of the stream come in one edge: all must be read without another one.
class DataAndEnd : public LoopTest, public testing::WithParamInterface<std::size_t> {
 protected:
  core::Task<void> talk(bool send_before_waiting) {
    const ChannelPtr channel = co_await dial();
    Socket peer = listener.accept();
    auto finish = [&] {
      send_all(peer, std::string(GetParam(), 'x'));
      peer.close();
    };
    if (send_before_waiting) {
      finish();
    } else {
      loop.post(finish);
    }
    co_await read_until_end(*channel, text, last);
  }
  std::string text;
  IoResult last;
};

TEST_P(DataAndEnd, BeforeTheReaderWaits) {
  run(talk(true));
  EXPECT_EQ(last.status, IoStatus::end);
  EXPECT_EQ(text, std::string(GetParam(), 'x'));
}

TEST_P(DataAndEnd, WhileTheReaderWaits) {
  run(talk(false));
  EXPECT_EQ(last.status, IoStatus::end);
  EXPECT_EQ(text, std::string(GetParam(), 'x'));
}

// Around the size of one read (64).
INSTANTIATE_TEST_SUITE_P(Sizes, DataAndEnd, testing::Values(0, 1, 63, 64, 65, 128, 1'000));

/// Otherwise a target that floods one connection would hold up the clock and all others.
TEST_F(LoopTest, APeerThatSendsWithoutPauseIsReadOnceInARound) {
  constexpr std::size_t all = 100;
  std::size_t reads = 0;
  std::vector<std::size_t> in_a_round;
  auto read_all = [&](Channel& channel) -> core::Task<void> {
    while (reads < all) {
      EXPECT_EQ((co_await read_some(channel, loop.scratch().first(read_size))).bytes, read_size);
      ++reads;
    }
  };
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    const Socket peer = listener.accept();
    send_all(peer, std::string(all * read_size, 'x'));
    core::TaskGroup reader;
    reader.spawn(read_all(*channel));
    while (reads < all) {
      const std::size_t before = reads;
      co_await loop.sleep_until(loop.now() + 1ns);
      in_a_round.push_back(reads - before);
    }
    co_await reader.join();
  };
  run(talk());
  // Two, if the socket becomes writable at that moment.
  EXPECT_THAT(in_a_round, testing::Each(testing::Le(2u)));
}

/// Nothing of what was sent is on its way any more.
void wait_until_arrived(const Socket& sender) {
  int unacknowledged = 1;
  while (unacknowledged != 0) ASSERT_EQ(::ioctl(sender.fd(), SIOCOUTQ, &unacknowledged), 0);
}

/// However long it takes us to look.
TEST_F(LoopTest, AReadTellsWhenItsDataCame) {
  constexpr core::Duration inexact = 100us;  // how exactly two clocks can be compared
  core::TimePoint sent, there;
  IoResult result;
  bool noted = false;
  auto talk = [&]() -> core::Task<void> {
    const ChannelPtr channel = co_await dial();
    const Socket peer = listener.accept();
    // The kernel takes a moment to begin, after the first socket of the machine has asked for it.
    for (int i = 0; i < 1'000 && !noted; ++i) {
      co_await loop.sleep_until(loop.now() + 1ms);
      sent = Loop::clock();
      send_all(peer, "x");
      wait_until_arrived(peer);
      there = Loop::clock();
      while (Loop::clock() < there + 2 * inexact) {
      }
      result = co_await read_some(*channel, loop.scratch());
      noted = result.arrived <= there + inexact;
    }
  };
  run(talk());
  ASSERT_EQ(result.status, IoStatus::ok);
  EXPECT_TRUE(noted);
  EXPECT_GE(result.arrived, sent - inexact);
}

TEST_F(LoopTest, AChannelThatIsDestroyedBeforeItsNextRoundIsNotRead) {
  struct Reader : Waiter {
    explicit Reader(Loop& l) : Waiter(&Reader::on_ready), loop(l) {}
    static void on_ready(Waiter& waiter) {
      auto& self = static_cast<Reader&>(waiter);
      ++self.reads;
      (*self.channel)->try_read(self.loop.scratch().first(1));
      (*self.channel)->arm(Direction::read, self);
      self.destroyer.spawn(self.destroy());
    }
    core::Task<void> destroy() {
      co_await loop.sleep_until(loop.now() + 1ns);
      channel->reset();
      loop.post([this] { loop.stop(); });
    }
    Loop& loop;
    ChannelPtr* channel = nullptr;
    core::TaskGroup destroyer;
    int reads = 0;
  };
  Reader reader(loop);
  ChannelPtr channel;
  std::vector<Socket> peers;
  auto talk = [&]() -> core::Task<void> {
    channel = co_await dial();
    peers.push_back(listener.accept());
    reader.channel = &channel;
    channel->arm(Direction::read, reader);
    send_all(peers.front(), "several bytes");
  };
  group.spawn(talk());
  loop.run();
  EXPECT_EQ(reader.reads, 1);
  EXPECT_EQ(channel, nullptr);
}

}  // namespace
}  // namespace soundcheck::net
