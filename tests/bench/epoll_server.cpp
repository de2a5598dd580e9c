#include "tests/bench/epoll_server.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <system_error>

namespace soundcheck::bench {

namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

struct Connection {
  int socket = -1;
  std::unique_ptr<Peer> peer;
  std::string out;
  bool waits_for_room = false;
  bool closing = false;
};

class Server {
 public:
  explicit Server(const MakePeer& make_peer) : make_peer_(make_peer) {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, nullptr);
    epoll_ = checked(epoll_create1(0), "epoll_create1");
    signals_ = checked(signalfd(-1, &stop, SFD_NONBLOCK), "signalfd");
    listen();
    watch(signals_, EPOLLIN, &signals_);
    watch(listener_, EPOLLIN, &listener_);
  }

  void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        void* what = events[static_cast<std::size_t>(i)].data.ptr;
        if (what == &signals_) return;
        if (what == &listener_) {
          accept_all();
        } else {
          serve_connection(static_cast<Connection*>(what));
        }
      }
    }
  }

 private:
  void listen() {
    listener_ = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    checked(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), "bind");
    checked(::listen(listener_, 4096), "listen");
    checked(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    fmt::print("port {}\n", ntohs(address.sin_port));
    std::fflush(stdout);
  }

  void watch(int descriptor, std::uint32_t events, void* what) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = what;
    checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
  }

  void accept_all() {
    for (;;) {
      const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (socket < 0) return;
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(socket, EPOLLIN, new Connection{socket, make_peer_(), {}});
    }
  }

  void serve_connection(Connection* connection) {
    const ssize_t n = recv(connection->socket, buffer_.data(), buffer_.size(), 0);
    if (n == 0 || (n < 0 && errno != EAGAIN)) return drop(connection);
    if (n > 0 && !connection->closing) {
      const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(n));
      connection->closing = !connection->peer->on_bytes(bytes, connection->out);
    }
    send_out(connection);
  }

  void send_out(Connection* connection) {
    std::string& out = connection->out;
    if (!out.empty()) {
      const ssize_t n = send(connection->socket, out.data(), out.size(), MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN) return drop(connection);
      if (n > 0) out.erase(0, static_cast<std::size_t>(n));
    }
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
    delete connection;
  }

  const MakePeer& make_peer_;
  int epoll_ = -1;
  int signals_ = -1;
  int listener_ = -1;
  std::array<char, 64 * 1024> buffer_;
};

}  // namespace

void serve(const MakePeer& make_peer) { Server(make_peer).run(); }

double now_seconds() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

}  // namespace soundcheck::bench
