// A resolved address, ready for connect(2) or bind(2): a sockaddr as bytes, with its text for messages. A
// value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::net {

struct Address {
  std::vector<unsigned char> socket_address;
  int family = 0;
  std::string text;  ///< "127.0.0.1:8080" or "[::1]:8080"
};

/// 127.0.0.0/8 or ::1.
bool is_loopback(const Address& address);

/// "192.0.2.7" or "2001:db8::7" with port 0; nothing if the text is no address.
std::optional<Address> numeric_address(const std::string& text);

/// A number from 1 to 65535.
bool is_port(std::string_view text);

}  // namespace soundcheck::net
