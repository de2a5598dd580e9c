// Blocking sockets of 127.0.0.1 for tests. Plain functions, any thread; the caller closes what it gets. All
// throw std::runtime_error if the system refuses.
#pragma once

#include <string>
#include <string_view>

namespace soundcheck::loopback {

struct Listener {
  int socket = -1;
  std::string port;
};
Listener listen_anywhere();
int connect_to(const std::string& port);
/// False if the peer has gone.
bool send_all(int socket, std::string_view bytes);
/// Reads up to and with the empty line that ends a request's head; empty if the peer closes first.
std::string read_head(int socket);
/// Closes with a reset instead of a farewell.
void reset(int socket);

}  // namespace soundcheck::loopback
