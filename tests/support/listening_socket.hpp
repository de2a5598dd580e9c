// A socket that listens on a free port of 127.0.0.1: connections to it succeed before anybody accepts them.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace soundcheck::test_support {

/// Closed with the object. Throws std::system_error if the kernel refuses.
class ListeningSocket {
 public:
  ListeningSocket() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    local_.sin_family = AF_INET;
    local_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof local_;
    auto* local = reinterpret_cast<sockaddr*>(&local_);
    const bool good =
        ::bind(fd_, local, size) == 0 && ::listen(fd_, 128) == 0 && ::getsockname(fd_, local, &size) == 0;
    if (good) return;
    const int error = errno;
    close();
    throw std::system_error(error, std::generic_category(), "listen");
  }
  ~ListeningSocket() { close(); }
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  int fd() const { return fd_; }
  const sockaddr_in& address() const { return local_; }
  std::uint16_t port() const { return ntohs(local_.sin_port); }
  /// From now on connections are refused.
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
  sockaddr_in local_{};
};

}  // namespace soundcheck::test_support
