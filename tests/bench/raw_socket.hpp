// The raw client's sockets: as little as one can do over TCP, so that its figures are the limit that the
// kernel sets. Nothing of the generator is used here. Each function belongs to the thread that calls it.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct epoll_event;

namespace soundcheck::bench {

/// The monotonic clock, in nanoseconds.
std::int64_t now_ns();
/// User and system time of the whole process, in seconds.
double cpu_seconds();
/// Resident memory of the process, in bytes.
long resident_bytes();

/// 127.0.0.1:port.
sockaddr_in target_address(std::uint16_t port);
/// Begins to connect from 127.0.0.(1 + source); non-blocking, no delay. Throws std::system_error.
int begin_connect(const sockaddr_in& target, unsigned source);
/// Connects, and waits until it is.
int connect_now(const sockaddr_in& target);
/// Connects and upgrades to WebSocket.
int open_websocket(const sockaddr_in& target);

extern const std::string_view upgrade_request;
/// A masked binary frame of 100 bytes, and how long its echo is.
std::string masked_frame();
inline constexpr std::size_t echo_size = 102;

/// An epoll of sockets, each with a number.
class Poll {
 public:
  Poll();
  void add(int socket, std::uint32_t events, std::uint32_t number);
  void change(int socket, std::uint32_t events, std::uint32_t number);
  void remove(int socket);
  /// Waits for at most `limit_ns` (-1: for ever); the events are valid until the next call.
  const std::vector<epoll_event>& wait(std::int64_t limit_ns);

 private:
  int epoll_;
  std::vector<epoll_event> events_;
};

/// Sends all of it; throws if the socket does not take it at once.
void send_now(int socket, std::string_view bytes);
/// The bytes that have come, at most the scratch buffer's; 0 if none. Throws if the connection has ended.
std::size_t receive_now(int socket);
/// As above, appended to `into`.
void receive_into(int socket, std::string& into);

}  // namespace soundcheck::bench
