#include "tests/loopback/hostile_server.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "tests/loopback/sockets.hpp"

namespace soundcheck::loopback {

namespace {

void serve_health(HostileServer::Peer& peer) {
  if (peer.read_head().empty()) return;
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

}  // namespace

std::string HostileServer::Peer::read_head() { return loopback::read_head(socket_); }

bool HostileServer::Peer::send(std::string_view bytes) { return send_all(socket_, bytes); }

void HostileServer::Peer::reset() { loopback::reset(release()); }

int HostileServer::Peer::release() { return std::exchange(socket_, -1); }

bool HostileServer::Peer::disturbed(int timeout_ms) {
  std::array<pollfd, 2> ready{{{stop_, POLLIN, 0}, {socket_, POLLIN, 0}}};
  return ::poll(ready.data(), ready.size(), timeout_ms) > 0;
}

void HostileServer::Peer::wait_for_end() {
  std::array<char, 4096> ignored;
  for (;;) {
    std::array<pollfd, 2> ready{{{stop_, POLLIN, 0}, {socket_, POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), -1);
    if (ready[0].revents != 0 || ::recv(socket_, ignored.data(), ignored.size(), 0) <= 0) return;
  }
}

HostileServer::HostileServer(Script script) : script_(std::move(script)) {
  const Listener listener = listen_anywhere();
  listener_ = listener.socket;
  port_ = listener.port;
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  acceptor_ = std::jthread([this] { accept_all(); });
}

HostileServer::~HostileServer() {
  ::eventfd_write(stop_, 1);
  acceptor_.join();
  connections_.clear();
  ::close(listener_);
  ::close(stop_);
}

void HostileServer::accept_all() {
  for (;;) {
    std::array<pollfd, 2> ready{{{stop_, POLLIN, 0}, {listener_, POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), -1);
    if (ready[0].revents != 0) return;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    connections_.emplace_back([this, socket, healthy = health_check_next_.exchange(false)] {
      Peer peer(socket, stop_);
      healthy ? serve_health(peer) : script_(peer);
      if (const int left = peer.release(); left >= 0) ::close(left);
    });
  }
}

std::string upgrade_answer(const std::string& head) {
  constexpr std::string_view field = "Sec-WebSocket-Key: ";
  const std::size_t begin = head.find(field) + field.size();
  const std::string joined =
      head.substr(begin, head.find('\r', begin) - begin) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  ::SHA1(reinterpret_cast<const unsigned char*>(joined.data()), joined.size(), digest.data());
  std::array<unsigned char, 64> accept;
  const int length = ::EVP_EncodeBlock(accept.data(), digest.data(), SHA_DIGEST_LENGTH);
  return fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n\r\n",
      std::string_view(reinterpret_cast<const char*>(accept.data()), static_cast<std::size_t>(length)));
}

}  // namespace soundcheck::loopback
