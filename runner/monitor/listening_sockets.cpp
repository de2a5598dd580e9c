#include "runner/monitor/listening_sockets.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace soundcheck::monitor {

namespace {

struct Question {
  nlmsghdr header;
  inet_diag_req_v2 of;
};

/// The kernel answers at once or not at all.
constexpr timeval patience{1, 0};

class Netlink {
 public:
  Netlink() : socket_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {
    if (socket_ >= 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Netlink() {
    if (socket_ >= 0) ::close(socket_);
  }
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  bool ask(int family) {
    Question question{};
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question.of.sdiag_family = static_cast<std::uint8_t>(family);
    question.of.sdiag_protocol = IPPROTO_TCP;
    question.of.idiag_states = 1U << TCP_LISTEN;
    return ::send(socket_, &question, sizeof question, 0) == static_cast<ssize_t>(sizeof question);
  }

  /// Adds the answers to `inodes`. False if they do not come, or not whole.
  bool hear(std::uint16_t port, std::set<std::uint64_t>& inodes) {
    for (;;) {
      ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_TRUNC);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0 || static_cast<std::size_t>(got) > buffer_.size()) return false;
      auto left = static_cast<unsigned>(got);
      for (auto* message = reinterpret_cast<nlmsghdr*>(buffer_.data()); NLMSG_OK(message, left);
           message = NLMSG_NEXT(message, left)) {
        if (message->nlmsg_type == NLMSG_DONE) return true;
        if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg)))
          return false;
        inet_diag_msg one;
        std::memcpy(&one, NLMSG_DATA(message), sizeof one);
        if (ntohs(one.id.idiag_sport) == port) inodes.insert(one.idiag_inode);
      }
    }
  }

 private:
  int socket_;
  alignas(nlmsghdr) std::array<char, 32 * 1024> buffer_;
};

}  // namespace

std::optional<std::set<std::uint64_t>> listening_sockets(std::uint16_t port) {
  std::set<std::uint64_t> inodes;
  for (const int family : {AF_INET, AF_INET6}) {
    Netlink kernel;
    if (!kernel.ask(family) || !kernel.hear(port, inodes)) return std::nullopt;
  }
  return inodes;
}

}  // namespace soundcheck::monitor
