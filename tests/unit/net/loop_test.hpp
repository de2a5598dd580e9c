// A loop on real sockets of 127.0.0.1, with what tests need at the other end.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "protocols/net/io.hpp"
#include "protocols/net/loop.hpp"
#include "tests/support/listening_socket.hpp"

namespace soundcheck::net {

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
  Listener() {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&socket_.address());
    address_.socket_address.assign(bytes, bytes + sizeof socket_.address());
    address_.family = AF_INET;
    address_.text = "127.0.0.1:" + std::to_string(socket_.port());
  }
  const Address& address() const { return address_; }
  Socket accept() { return Socket(::accept(socket_.fd(), nullptr, nullptr)); }
  void close() { socket_.close(); }

 private:
  test_support::ListeningSocket socket_;
  Address address_;
};

/// The address at the other end of an accepted connection.
inline std::string peer_of(const Socket& socket) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(socket.fd(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return "nobody";
  char text[INET_ADDRSTRLEN] = {};
  return ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
}

inline void send_all(const Socket& socket, std::string_view bytes) {
  ASSERT_EQ(::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

class LoopTest : public testing::Test {
 protected:
  explicit LoopTest(IdleStrategy idle_strategy = IdleStrategy::sleep) : loop(idle_strategy) {}
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

}  // namespace soundcheck::net
