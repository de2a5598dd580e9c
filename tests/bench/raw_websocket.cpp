#include <fmt/format.h>
#include <sched.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <future>
#include <latch>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/bench/raw_modes.hpp"
#include "tests/bench/raw_socket.hpp"

namespace soundcheck::bench {

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t frame_time = 20 * millisecond;

/// Opens `count` connections, at most `in_flight` of them at a time. The kernel finds a free port quickly
/// until half of a source address's range is in use, so the addresses from `source` on take turns before
/// that.
void open_many(const sockaddr_in& target, unsigned source, unsigned count) {
  constexpr unsigned in_flight = 200;
  constexpr unsigned per_source = 10'000;
  Poll poll;
  std::vector<int> sockets;
  std::vector<bool> sent(count, false);
  for (unsigned open = 0; open < count;) {
    while (sockets.size() < count && sockets.size() < open + in_flight) {
      sockets.push_back(begin_connect(target, source + static_cast<unsigned>(sockets.size()) / per_source));
      poll.add(sockets.back(), EPOLLIN | EPOLLOUT | EPOLLET, static_cast<std::uint32_t>(sockets.size() - 1));
    }
    for (const epoll_event& event : poll.wait(-1)) {
      const unsigned i = event.data.u32;
      if (!sent[i] && (event.events & EPOLLOUT) != 0) {
        send_now(sockets[i], upgrade_request);
        sent[i] = true;
      }
      // The answer to an upgrade comes in one piece on a loopback.
      if ((event.events & EPOLLIN) != 0 && receive_now(sockets[i]) > 0) ++open;
    }
  }
}

/// Open connections, ready to be read.
std::vector<int> open_all(const sockaddr_in& target, unsigned count, Poll& poll) {
  std::vector<int> sockets;
  for (unsigned i = 0; i < count; ++i) {
    sockets.push_back(open_websocket(target));
    poll.add(sockets.back(), EPOLLIN | EPOLLET, i);
  }
  return sockets;
}

}  // namespace

void raw_open(std::uint16_t port, unsigned connections, double seconds) {
  // One thread after the other opens as many as its table of descriptors allows, from addresses of its own.
  // The table lives as long as the thread, so it stays until the end.
  constexpr unsigned per_thread = 19'000;
  const sockaddr_in target = target_address(port);
  std::latch end(1);
  std::vector<std::thread> threads;
  std::exception_ptr error;
  const double cpu = cpu_seconds();
  const long resident = resident_bytes();
  const std::int64_t began = now_ns();
  for (unsigned opened = 0; opened < connections && !error; opened += per_thread) {
    std::promise<void> done;
    threads.emplace_back([&, source = 2 * static_cast<unsigned>(threads.size())] {
      try {
        if (unshare(CLONE_FILES) != 0) throw std::system_error(errno, std::generic_category(), "unshare");
        open_many(target, source, std::min(per_thread, connections - opened));
        done.set_value();
        end.wait();
      } catch (...) {
        done.set_exception(std::current_exception());
      }
    });
    try {
      done.get_future().get();
    } catch (...) {
      error = std::current_exception();
    }
  }
  const double took = static_cast<double>(now_ns() - began) / second;
  fmt::print(R"({{"opened": {}, "seconds": {:.3f}, "cpu_seconds": {:.3f}, "bytes_per_connection": {:.0f}}})"
             "\n",
             connections, took, cpu_seconds() - cpu,
             static_cast<double>(resident_bytes() - resident) / connections);
  // Not a wait for something to happen: holding the connections for this long is what is asked for.
  if (!error) usleep(static_cast<useconds_t>(seconds * 1e6));
  end.count_down();
  for (std::thread& thread : threads) thread.join();
  if (error) std::rethrow_exception(error);
}

void raw_echo(std::uint16_t port, unsigned connections, double seconds) {
  Poll poll;
  const std::vector<int> sockets = open_all(target_address(port), connections, poll);
  const std::string frame = masked_frame();
  std::vector<std::size_t> missing(connections, echo_size);
  const double cpu = cpu_seconds();
  const std::int64_t began = now_ns();
  const std::int64_t end = began + static_cast<std::int64_t>(seconds * second);
  for (const int socket : sockets) send_now(socket, frame);
  unsigned long echoes = 0;
  while (now_ns() < end) {
    for (const epoll_event& event : poll.wait(-1)) {
      const unsigned i = event.data.u32;
      missing[i] -= std::min(missing[i], receive_now(sockets[i]));
      if (missing[i] > 0) continue;
      ++echoes;
      missing[i] = echo_size;
      send_now(sockets[i], frame);
    }
  }
  fmt::print(R"({{"echoes": {}, "seconds": {:.3f}, "cpu_seconds": {:.3f}}})"
             "\n",
             echoes, static_cast<double>(now_ns() - began) / second, cpu_seconds() - cpu);
}

void raw_calls(std::uint16_t port, unsigned connections, double seconds) {
  Poll poll;
  const std::vector<int> sockets = open_all(target_address(port), connections, poll);
  const std::string frame = masked_frame();
  const double cpu = cpu_seconds();
  const std::int64_t began = now_ns();
  const std::int64_t end = began + static_cast<std::int64_t>(seconds * second);
  // Call i's frame k is due at began + k * 20 ms + i / connections of 20 ms, so `next` runs through the calls
  // in turn.
  unsigned long frames = 0;
  unsigned long received = 0;
  std::int64_t latest = 0;
  const auto due = [&] {
    return began + static_cast<std::int64_t>(frames / connections) * frame_time +
           static_cast<std::int64_t>(frames % connections) * frame_time / connections;
  };
  for (std::int64_t tick = began; tick < end; tick += millisecond) {
    const timespec at{static_cast<time_t>(tick / second), static_cast<long>(tick % second)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
    for (const std::int64_t now = now_ns(); due() <= now; ++frames) {
      latest = std::max(latest, now - due());
      send_now(sockets[frames % connections], frame);
    }
    for (bool more = true; more;) {
      const std::vector<epoll_event>& events = poll.wait(0);
      for (const epoll_event& event : events) received += receive_now(sockets[event.data.u32]);
      more = !events.empty();
    }
  }
  fmt::print(R"({{"frames_sent": {}, "bytes_received": {}, "latest_ms": {:.2f}, "seconds": {:.3f}, )"
             R"("cpu_seconds": {:.3f}}})"
             "\n",
             frames, received, static_cast<double>(latest) * 1e-6,
             static_cast<double>(now_ns() - began) / second, cpu_seconds() - cpu);
}

}  // namespace soundcheck::bench
