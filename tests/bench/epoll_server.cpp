#include "tests/bench/epoll_server.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <queue>
#include <system_error>
#include <thread>
#include <vector>

namespace soundcheck::bench {

namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

struct Connection {
  int socket = -1;  ///< -1 once closed
  std::unique_ptr<Peer> peer;
  std::string out;
  unsigned delayed = 0;  ///< entries in the thread's queue that refer to it
  bool waits_for_room = false;
  bool closing = false;
};

struct Delayed {
  std::int64_t due;
  Connection* connection;
  std::size_t bytes;  ///< of `out` that may leave then
  bool operator>(const Delayed& other) const { return due > other.due; }
};

class Server {
 public:
  Server(unsigned thread, const MakePeer& make_peer, int listener, int signals, Waiting waiting)
      : thread_(thread),
        make_peer_(make_peer),
        spins_(waiting == Waiting::spinning),
        listener_(listener),
        signals_(signals) {
    epoll_ = checked(epoll_create1(0), "epoll_create1");
    watch(signals_, &signals_);
    watch(listener_, &listener_);
  }

  void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = wait(events.data(), static_cast<int>(events.size()));
      for (int i = 0; i < count; ++i) {
        void* what = events[static_cast<std::size_t>(i)].data.ptr;
        if (what == &signals_) return;
        if (what == &listener_) {
          accept_all();
        } else {
          serve_connection(static_cast<Connection*>(what));
        }
      }
      send_due();
    }
  }

 private:
  int wait(epoll_event* events, int size) {
    if (spins_) return epoll_wait(epoll_, events, size, 0);
    if (delayed_.empty()) return epoll_wait(epoll_, events, size, -1);
    const std::int64_t left = std::max<std::int64_t>(delayed_.top().due - now_ns(), 0);
    const timespec limit{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
    return epoll_pwait2(epoll_, events, size, &limit, nullptr);
  }

  void watch(int descriptor, void* what) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = what;
    checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
  }

  void accept_all() {
    for (;;) {
      const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (socket < 0) return;
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto connection = std::make_unique<Connection>();
      connection->socket = socket;
      connection->peer = make_peer_(thread_);
      watch(socket, connection.release());
    }
  }

  void serve_connection(Connection* connection) {
    const ssize_t n = recv(connection->socket, buffer_.data(), buffer_.size(), 0);
    if (n == 0 || (n < 0 && errno != EAGAIN)) return drop(connection);
    if (n > 0 && !connection->closing) {
      const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(n));
      const std::size_t before = connection->out.size();
      connection->closing = !connection->peer->on_bytes(bytes, connection->out);
      if (connection->peer->send_at != 0) {
        if (connection->out.size() == before) return;
        ++connection->delayed;
        delayed_.push({connection->peer->send_at, connection, connection->out.size() - before});
        return;
      }
    }
    send_out(connection, connection->out.size());
  }

  void send_due() {
    while (!delayed_.empty() && delayed_.top().due <= now_ns()) {
      const Delayed next = delayed_.top();
      delayed_.pop();
      --next.connection->delayed;
      if (next.connection->socket >= 0) {
        send_out(next.connection, next.bytes);
      } else if (next.connection->delayed == 0) {
        delete next.connection;
      }
    }
  }

  /// Sends the first `size` bytes of what waits.
  void send_out(Connection* connection, std::size_t size) {
    std::string& out = connection->out;
    if (size > 0) {
      const ssize_t n = send(connection->socket, out.data(), size, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN) return drop(connection);
      if (n > 0 && static_cast<std::size_t>(n) == out.size()) {
        out.clear();
      } else if (n > 0) {
        out.erase(0, static_cast<std::size_t>(n));
      }
    }
    if (connection->delayed > 0) return;
    if (out.empty() && connection->closing) return drop(connection);
    if (out.empty() == connection->waits_for_room) {
      connection->waits_for_room = !out.empty();
      epoll_event event{};
      event.events = connection->waits_for_room ? EPOLLIN | EPOLLOUT : EPOLLIN;
      event.data.ptr = connection;
      epoll_ctl(epoll_, EPOLL_CTL_MOD, connection->socket, &event);
    }
  }

  void drop(Connection* connection) {
    close(connection->socket);
    connection->socket = -1;
    if (connection->delayed == 0) delete connection;
  }

  unsigned thread_;
  const MakePeer& make_peer_;
  bool spins_;
  int epoll_ = -1;
  int listener_;
  int signals_;
  std::priority_queue<Delayed, std::vector<Delayed>, std::greater<>> delayed_;
  std::array<char, 64 * 1024> buffer_;
};

int block_stop_signals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  sigprocmask(SIG_BLOCK, &stop, nullptr);
  return checked(signalfd(-1, &stop, SFD_NONBLOCK), "signalfd");
}

int listen_on(std::uint16_t& port) {
  const int listener = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  const int on = 1;
  checked(setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "SO_REUSEPORT");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  checked(bind(listener, reinterpret_cast<sockaddr*>(&address), size), "bind");
  checked(listen(listener, 4096), "listen");
  checked(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  port = ntohs(address.sin_port);
  return listener;
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

void serve(unsigned threads, const MakePeer& make_peer, Waiting waiting) {
  raise_descriptor_limit();
  const int signals = block_stop_signals();
  std::uint16_t port = 0;
  std::vector<int> listeners;
  for (unsigned i = 0; i < threads; ++i) listeners.push_back(listen_on(port));
  std::vector<std::thread> running;
  for (unsigned i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      // Its own copy of the table: the limit counts per table. And a delayed answer leaves when it is due,
      // not up to 50 us later.
      checked(unshare(CLONE_FILES), "unshare");
      prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
      Server(i, make_peer, listeners[i], signals, waiting).run();
    });
  }
  fmt::print("port {}\n", port);
  std::fflush(stdout);
  for (std::thread& thread : running) thread.join();
}

std::int64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

}  // namespace soundcheck::bench
