#include "runner/monitor/listening_sockets.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace soundcheck::monitor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

/// A port of the loopback that the kernel chose.
class Socket {
 public:
  explicit Socket(int family) : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_six = family == AF_INET6;
    const auto* address =
        is_six ? reinterpret_cast<const sockaddr*>(&six) : reinterpret_cast<const sockaddr*>(&four);
    EXPECT_EQ(::bind(fd_, address, is_six ? sizeof six : sizeof four), 0);
  }
  ~Socket() { ::close(fd_); }
  void listen() const { EXPECT_EQ(::listen(fd_, 1), 0); }

  std::uint16_t port() const {
    sockaddr_in6 address{};
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    return ntohs(address.sin6_port);  // at the same place in both families
  }
  std::uint64_t inode() const {
    struct stat status {};
    EXPECT_EQ(::fstat(fd_, &status), 0);
    return status.st_ino;
  }

 private:
  int fd_;
};

/// Such questions are answered by the kernel's tcp_diag, built in or loaded by the first question.
bool kernel_answers() {
  std::ifstream symbols("/proc/kallsyms");
  for (std::string line; std::getline(symbols, line);)
    if (line.find(" tcp_diag_dump") != std::string::npos) return true;
  return false;
}

class ListeningSocketsTest : public testing::TestWithParam<int> {};

TEST_P(ListeningSocketsTest, AreThoseThatListen) {
  const Socket socket(GetParam());
  const std::uint16_t port = socket.port();
  const bool answered = listening_sockets(port).has_value();
  if (!answered && !kernel_answers()) GTEST_SKIP() << "this kernel has no tcp_diag";
  EXPECT_THAT(listening_sockets(port), Optional(IsEmpty())) << "bound only";
  socket.listen();
  EXPECT_THAT(listening_sockets(port), Optional(ElementsAre(socket.inode())));
}

INSTANTIATE_TEST_SUITE_P(Families, ListeningSocketsTest, testing::Values(AF_INET, AF_INET6),
                         [](const auto& test) { return test.param == AF_INET ? "ipv4" : "ipv6"; });

}  // namespace
}  // namespace soundcheck::monitor
