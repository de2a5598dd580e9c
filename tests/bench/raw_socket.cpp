#include "tests/bench/raw_socket.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <system_error>

namespace soundcheck::bench {

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

int checked(int result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

thread_local std::array<char, 64 * 1024> scratch;

}  // namespace

const std::string_view upgrade_request =
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

std::int64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

long resident_bytes() {
  long size = 0;
  long resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) fail("/proc/self/statm");
  if (std::fscanf(file, "%ld %ld", &size, &resident) != 2) resident = 0;
  std::fclose(file);
  return resident * sysconf(_SC_PAGESIZE);
}

sockaddr_in target_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int begin_connect(const sockaddr_in& target, unsigned source) {
  const int socket = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (source > 0) {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + source);
    setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    checked(bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from), "bind");
  }
  if (connect(socket, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0 && errno != EINPROGRESS)
    fail("connect");
  return socket;
}

int connect_now(const sockaddr_in& target) {
  const int socket = begin_connect(target, 0);
  pollfd ready{socket, POLLOUT, 0};
  checked(poll(&ready, 1, 10'000), "poll");
  return socket;
}

int open_websocket(const sockaddr_in& target) {
  const int socket = connect_now(target);
  send_now(socket, upgrade_request);
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    pollfd ready{socket, POLLIN, 0};
    checked(poll(&ready, 1, 10'000), "poll");
    receive_into(socket, answer);
  }
  if (!answer.starts_with("HTTP/1.1 101 ")) throw std::runtime_error("the upgrade was refused");
  return socket;
}

std::string masked_frame() {
  std::string frame{static_cast<char>(0x82), static_cast<char>(0x80 | 100), 1, 2, 3, 4};
  for (int i = 0; i < 100; ++i) frame += static_cast<char>('x' ^ (i % 4 + 1));
  return frame;
}

Poll::Poll() : epoll_(checked(epoll_create1(0), "epoll_create1")) {}

void Poll::add(int socket, std::uint32_t events, std::uint32_t number) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = number;
  checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event), "epoll_ctl");
}

void Poll::change(int socket, std::uint32_t events, std::uint32_t number) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = number;
  checked(epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event), "epoll_ctl");
}

void Poll::remove(int socket) { checked(epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr), "epoll_ctl"); }

const std::vector<epoll_event>& Poll::wait(std::int64_t limit_ns) {
  constexpr std::size_t most = 512;
  events_.resize(most);
  const timespec limit{static_cast<time_t>(limit_ns / 1'000'000'000),
                       static_cast<long>(limit_ns % 1'000'000'000)};
  const int count = epoll_pwait2(epoll_, events_.data(), most, limit_ns < 0 ? nullptr : &limit, nullptr);
  events_.resize(static_cast<std::size_t>(checked(count, "epoll_pwait2")));
  return events_;
}

void send_now(int socket, std::string_view bytes) {
  if (send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    fail("send");
}

std::size_t receive_now(int socket) {
  const ssize_t n = recv(socket, scratch.data(), scratch.size(), 0);
  if (n > 0) return static_cast<std::size_t>(n);
  if (n < 0 && errno == EAGAIN) return 0;
  if (n == 0) throw std::runtime_error("the target closed a connection");
  fail("recv");
}

void receive_into(int socket, std::string& into) { into.append(scratch.data(), receive_now(socket)); }

}  // namespace soundcheck::bench
