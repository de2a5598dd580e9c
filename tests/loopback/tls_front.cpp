#include "tests/loopback/tls_front.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "tests/loopback/sockets.hpp"

namespace soundcheck::loopback {

TlsFront::TlsFront(const support::TlsServerSpec& spec, std::string port)
    : server_(spec), target_(std::move(port)) {
  const Listener listener = listen_anywhere();
  listener_ = listener.socket;
  port_ = listener.port;
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  acceptor_ = std::jthread([this] { accept_all(); });
}

TlsFront::~TlsFront() {
  ::eventfd_write(stop_, 1);
  acceptor_.join();
  {
    std::lock_guard lock(sockets_mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  connections_.clear();
  ::close(listener_);
  ::close(stop_);
}

void TlsFront::accept_all() {
  for (;;) {
    std::array<pollfd, 2> ready{{{stop_, POLLIN, 0}, {listener_, POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), -1);
    if (ready[0].revents != 0) return;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    {
      std::lock_guard lock(sockets_mutex_);
      sockets_.insert(socket);
    }
    connections_.emplace_back([this, socket] {
      serve(socket);
      std::lock_guard lock(sockets_mutex_);
      sockets_.erase(socket);
      ::close(socket);
    });
  }
}

void TlsFront::serve(int socket) {
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(server_.context()), &SSL_free);
  SSL_set_fd(ssl.get(), socket);
  if (SSL_accept(ssl.get()) == 1) {
    ++handshakes_;
    if (SSL_session_reused(ssl.get()) == 1) ++resumed_;
    try {
      const int target = connect_to(target_);
      pass_on(ssl.get(), socket, target);
      ::close(target);
    } catch (const std::runtime_error&) {  // the target has gone: the client sees the end
    }
    SSL_shutdown(ssl.get());
  }
  ERR_clear_error();
}

void TlsFront::pass_on(ssl_st* ssl, int client, int target) {
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    std::array<pollfd, 3> ready{{{stop_, POLLIN, 0}, {client, POLLIN, 0}, {target, POLLIN, 0}}};
    if (SSL_pending(ssl) > 0) {
      ready[1].revents = POLLIN;
    } else {
      ::poll(ready.data(), ready.size(), -1);
    }
    if (ready[0].revents != 0) return;
    if (ready[1].revents != 0) {
      const int n = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
      if (n <= 0 || !send_all(target, {buffer.data(), static_cast<std::size_t>(n)})) return;
    }
    if (ready[2].revents != 0) {
      const ssize_t n = ::recv(target, buffer.data(), buffer.size(), 0);
      if (n <= 0 || SSL_write(ssl, buffer.data(), static_cast<int>(n)) <= 0) return;
    }
  }
}

}  // namespace soundcheck::loopback
