#include "protocols/net/loop.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "protocols/net/io.hpp"

namespace soundcheck::net {
namespace {

using namespace std::chrono_literals;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

/// A port of 127.0.0.1 that listens; connections succeed before anybody accepts them.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof local;
    const bool good = ::bind(socket_.fd(), reinterpret_cast<sockaddr*>(&local), size) == 0 &&
                      ::listen(socket_.fd(), 128) == 0 &&
                      ::getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&local), &size) == 0;
    if (!good) throw std::system_error(errno, std::generic_category(), "listen");
    const auto* bytes = reinterpret_cast<const unsigned char*>(&local);
    address_.socket_address.assign(bytes, bytes + sizeof local);
    address_.family = AF_INET;
    address_.text = "127.0.0.1:" + std::to_string(ntohs(local.sin_port));
  }
  const Address& address() const { return address_; }
  Socket accept() { return Socket(::accept(socket_.fd(), nullptr, nullptr)); }
  void close() { socket_.close(); }

 private:
  Socket socket_;
  Address address_;
};

/// The address at the other end of an accepted connection.
std::string peer_of(const Socket& socket) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(socket.fd(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return "nobody";
  char text[INET_ADDRSTRLEN] = {};
  return ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
}

void send_all(const Socket& socket, std::string_view bytes) {
  ASSERT_EQ(::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

class LoopTest : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(group.live(), 0u) << "a task has not ended";
    EXPECT_EQ(group.error(), nullptr);
    EXPECT_TRUE(loop.timers().empty());
  }

  /// Runs the loop until the task (and all others of the group) has ended.
  void run(core::Task<void> task) {
    group.spawn(std::move(task));
    watchers.spawn(stop_when_done());
    loop.run();
  }
  core::Task<void> stop_when_done() {
    co_await group.join();
    loop.stop();
  }

  Endpoint endpoint() const {
    Endpoint out{"127.0.0.1", "1", "127.0.0.1", {listener.address()}};
    out.sources = sources;
    return out;
  }

  /// `turn`: which of the sources it is.
  core::Task<ChannelPtr> dial(std::uint64_t turn = 0) {
    const Endpoint target = endpoint();
    auto result = co_await connect(loop, loop, target, turn, loop.now() + 10s);
    if (auto* bad = std::get_if<core::Failure>(&result)) {
      failure = *bad;
      co_return nullptr;
    }
    co_return std::move(std::get<Connected>(result).channel);
  }

  core::Task<void> read_until_end(Channel& channel, std::string& text, IoResult& last) {
    for (;;) {
      const std::span<char> scratch = loop.scratch().first(read_size);
      last = co_await read_some(channel, scratch);
      if (last.status != IoStatus::ok) co_return;
      text.append(scratch.data(), last.bytes);
    }
  }

  /// Dials so often, each time with the next turn, and keeps whom the listener saw.
  core::Task<void> dial_in_turn(std::uint64_t times) {
    for (std::uint64_t turn = 0; turn < times; ++turn) {
      const ChannelPtr channel = co_await dial(turn);
      if (channel == nullptr) co_return;
      callers.push_back(peer_of(listener.accept()));
    }
  }

  core::Task<void> just_dial() { connected = co_await dial() != nullptr; }

  Loop loop;
  Listener listener;
  core::TaskGroup group;
  core::TaskGroup watchers;
  std::vector<Address> sources;
  std::vector<std::string> callers;
  core::Failure failure;
  bool connected = false;
  std::size_t read_size = 64;
};

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

}  // namespace
}  // namespace soundcheck::net
