#include "runner/monitor/find_listener.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/monitor/fake_proc.hpp"

namespace soundcheck::monitor {
namespace {

constexpr auto tcp_head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
// Port 8080 is 1F90. An established connection from it, then the listening socket.
constexpr auto tcp_rows =
    "   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 111 1 0000 "
    "20\n"
    "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 222 1 0000 "
    "20\n";
constexpr auto tcp6_row =
    "   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 "
    "00:00000000 "
    "00000000  1000        0 333 1 0000 20\n";

std::string reason_of(const std::variant<int, NoProcess>& result) {
  EXPECT_TRUE(std::holds_alternative<NoProcess>(result));
  return std::holds_alternative<NoProcess>(result) ? std::get<NoProcess>(result).reason : "";
}

TEST(FindListener, FollowsTheSocketToItsProcess) {
  const FakeProc proc;
  proc.write("net/tcp", std::string(tcp_head) + tcp_rows);
  proc.link("7/fd/3", "socket:[111]");
  proc.link("42/fd/0", "/dev/null");
  proc.link("42/fd/5", "socket:[222]");
  proc.write("self-is-no-number", "");
  EXPECT_EQ(std::get<int>(find_listener(8080, proc.files())), 42);
}

TEST(FindListener, FindsIpv6Listeners) {
  const FakeProc proc;
  proc.write("net/tcp", tcp_head);
  proc.write("net/tcp6", std::string(tcp_head) + tcp6_row);
  proc.link("9/fd/4", "socket:[333]");
  EXPECT_EQ(std::get<int>(find_listener(3000, proc.files())), 9);
}

TEST(FindListener, OfSeveralThatShareTheSocketItIsTheFirst) {
  const FakeProc proc;
  proc.write("net/tcp", std::string(tcp_head) + tcp_rows);
  proc.link("1003/fd/3", "socket:[222]");
  proc.link("998/fd/3", "socket:[222]");
  EXPECT_EQ(std::get<int>(find_listener(8080, proc.files())), 998);
}

TEST(FindListener, SaysThatNobodyListens) {
  const FakeProc proc;
  proc.write("net/tcp", std::string(tcp_head) + tcp_rows);
  EXPECT_EQ(reason_of(find_listener(8081, proc.files())),
            "nothing on this machine listens on port 8081: if the target runs elsewhere or in a container, "
            "run soundcheck "
            "beside it, or name its process with --target-pid");
  const FakeProc empty;
  EXPECT_NE(reason_of(find_listener(8080, empty.files())), "");
}

TEST(FindListener, SaysThatTheOwnerIsNotVisible) {
  const FakeProc proc;
  proc.write("net/tcp", std::string(tcp_head) + tcp_rows);
  proc.link("7/fd/3", "socket:[111]");
  EXPECT_EQ(reason_of(find_listener(8080, proc.files())),
            "port 8080 is open, but its process is not visible here (another container?): name it with "
            "--target-pid");
}

TEST(FindListener, FindsARealSocketOfOurOwn) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(fd, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(fd, 1), 0);
  ASSERT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length), 0);
  EXPECT_EQ(std::get<int>(find_listener(ntohs(address.sin_port))), ::getpid());
  ::close(fd);
}

}  // namespace
}  // namespace soundcheck::monitor
