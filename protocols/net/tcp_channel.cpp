#include "protocols/net/tcp_channel.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "protocols/net/loop.hpp"

namespace soundcheck::net {

TcpChannel::TcpChannel(Loop& loop, const Address& address, const Address* source)
    : loop_(loop), arrived_(loop.now()) {
  socket_ = ::socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (socket_ < 0) {
    dial_error_ = errno;
    loop_.add(*this);
    return;
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (loop_.sleeper_.mostly_idle()) note_arrivals(true);
  if (source != nullptr) {
    // The port is chosen when connecting, so that one local port can serve many targets (ip(7)).
    ::setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const auto* local = reinterpret_cast<const sockaddr*>(source->socket_address.data());
    if (::bind(socket_, local, static_cast<socklen_t>(source->socket_address.size())) != 0) {
      dial_error_ = errno;
      loop_.add(*this);
      return;
    }
  }
  const auto* socket_address = reinterpret_cast<const sockaddr*>(address.socket_address.data());
  if (::connect(socket_, socket_address, static_cast<socklen_t>(address.socket_address.size())) != 0 &&
      errno != EINPROGRESS) {
    dial_error_ = errno;
  }
  loop_.time_passed();
  loop_.add(*this);
}

TcpChannel::~TcpChannel() {
  if (destroyed_ != nullptr) *destroyed_ = true;
  close(false);
  loop_.remove(*this);
}

IoResult TcpChannel::try_connect() {
  if (aborted_ != IoStatus::ok) return {aborted_, 0, 0};
  if (dial_error_ != 0) return {IoStatus::error, 0, dial_error_};
  if (!ready(Direction::write)) return {IoStatus::would_block, 0, 0};
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return {IoStatus::error, 0, error};
  return {IoStatus::ok, 0, 0};
}

void TcpChannel::note_arrivals(bool wanted) {
  const int on = wanted ? 1 : 0;
  ::setsockopt(socket_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  notes_arrivals_ = wanted;
}

std::ptrdiff_t TcpChannel::receive(std::span<char> into) {
  // The kernel's notes cost a tenth of a request, so a busy loop does without.
  const bool wanted = loop_.sleeper_.mostly_idle();
  if (wanted != notes_arrivals_) note_arrivals(wanted);
  if (!wanted) {
    const ssize_t n = ::recv(socket_, into.data(), into.size(), 0);
    loop_.time_passed();
    if (n > 0) arrived_ = loop_.now();
    return n;
  }
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(timespec))];
  iovec part{into.data(), into.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t n = ::recvmsg(socket_, &message, 0);
  loop_.time_passed();
  if (n <= 0) return n;
  core::TimePoint noted = loop_.now();
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
    timespec time_of_day{};
    std::memcpy(&time_of_day, CMSG_DATA(header), sizeof time_of_day);
    noted = loop_.monotonic_at(time_of_day);
  }
  arrived_ = possible(noted, arrived_, loop_.now());
  return n;
}

IoResult TcpChannel::try_read(std::span<char> into) {
  if (aborted_ != IoStatus::ok) return {aborted_, 0, 0};
  for (;;) {
    const std::ptrdiff_t n = receive(into);
    if (n > 0) {
      // A short read means that the socket is empty; the next data make a new edge.
      ready(Direction::read) = hung_up_ || static_cast<std::size_t>(n) == into.size();
      return {IoStatus::ok, static_cast<std::size_t>(n), 0, arrived_};
    }
    if (n == 0) return {IoStatus::end, 0, 0};
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      ready(Direction::read) = false;
      return {IoStatus::would_block, 0, 0};
    }
    return {IoStatus::error, 0, errno};
  }
}

IoResult TcpChannel::try_write(std::span<const char> data) {
  if (aborted_ != IoStatus::ok) return {aborted_, 0, 0};
  for (;;) {
    const ssize_t n = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
    loop_.time_passed();
    if (n >= 0) return {IoStatus::ok, static_cast<std::size_t>(n), 0};
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      ready(Direction::write) = false;
      return {IoStatus::would_block, 0, 0};
    }
    return {IoStatus::error, 0, errno};
  }
}

void TcpChannel::arm(Direction direction, Waiter& who) {
  waiter(direction) = &who;
  const bool ended = aborted_ != IoStatus::ok || dial_error_ != 0;
  if (!ended && direction == Direction::read && ready(direction) && read_in_round_ == loop_.round_) {
    if (!std::exchange(reads_on_, true)) loop_.read_on_.push_back(this);
    return;
  }
  if (ended || ready(direction)) wake(direction);
}

void TcpChannel::disarm(Direction direction) { waiter(direction) = nullptr; }

void TcpChannel::limit_receive_buffer(std::size_t bytes) {
  const int size = static_cast<int>(bytes);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void TcpChannel::read_on() {
  reads_on_ = false;
  if (ready(Direction::read)) wake(Direction::read);
}

void TcpChannel::wake(Direction direction) {
  if (direction == Direction::read) read_in_round_ = loop_.round_;
  if (Waiter* who = std::exchange(waiter(direction), nullptr)) who->ready();
}

void TcpChannel::on_events(std::uint32_t events) {
  bool destroyed = false;
  destroyed_ = &destroyed;
  if ((events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) hung_up_ = true;
  const bool failed = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if ((events & EPOLLOUT) != 0 || failed) {
    ready(Direction::write) = true;
    wake(Direction::write);
    if (destroyed) return;
  }
  if ((events & EPOLLIN) != 0 || hung_up_) {
    ready(Direction::read) = true;
    wake(Direction::read);
    if (destroyed) return;
  }
  destroyed_ = nullptr;
}

void TcpChannel::abort(IoStatus why) {
  if (aborted_ != IoStatus::ok) return;
  aborted_ = why;
  bool destroyed = false;
  bool* const outer = std::exchange(destroyed_, &destroyed);
  wake(Direction::write);
  if (!destroyed) wake(Direction::read);
  if (destroyed) {
    if (outer != nullptr) *outer = true;
    return;
  }
  destroyed_ = outer;
}

void TcpChannel::close(bool reset) {
  if (socket_ < 0) return;
  if (reset) {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  ::close(socket_);
  socket_ = -1;
  if (aborted_ == IoStatus::ok) aborted_ = IoStatus::cancelled;
}

}  // namespace soundcheck::net
