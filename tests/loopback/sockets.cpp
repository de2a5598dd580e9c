#include "tests/loopback/sockets.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace soundcheck::loopback {

namespace {

sockaddr_in loopback_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int open_socket() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw std::runtime_error("no socket");
  return socket;
}

}  // namespace

Listener listen_anywhere() {
  const int socket = open_socket();
  sockaddr_in address = loopback_address(0);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, plain, size) != 0 || ::listen(socket, 128) != 0 ||
      ::getsockname(socket, plain, &size) != 0) {
    ::close(socket);
    throw std::runtime_error("no free port");
  }
  return {socket, std::to_string(ntohs(address.sin_port))};
}

int connect_to(const std::string& port) {
  const int socket = open_socket();
  const sockaddr_in address = loopback_address(static_cast<std::uint16_t>(std::stoi(port)));
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    throw std::runtime_error("nobody listens on port " + port);
  }
  return socket;
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string read_head(int socket) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char c = 0;
    if (::recv(socket, &c, 1, 0) <= 0) return {};
    head += c;
  }
  return head;
}

void reset(int socket) {
  const linger now{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(socket);
}

}  // namespace soundcheck::loopback
