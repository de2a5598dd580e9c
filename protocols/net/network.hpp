// Where channels come from: the shard's event loop in a run, a simulated target in tests. One thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "protocols/net/channel.hpp"

namespace soundcheck::net {

/// A resolved address, ready for connect(2): a sockaddr as bytes, with its text for messages.
struct Address {
  std::vector<unsigned char> socket_address;
  int family = 0;
  std::string text;  ///< "127.0.0.1:8080" or "[::1]:8080"
};

class TlsContext;

/// A target as the user named it, and the addresses that its name has, in order of preference.
struct Endpoint {
  std::string host;  ///< without brackets
  std::string port;
  std::string authority;  ///< for the Host header: host:port, port left out where it is the scheme's default
  std::vector<Address> addresses;
  std::shared_ptr<const TlsContext> tls{};  ///< null: no TLS
  /// Local addresses to dial from, port 0, taken in turn; empty: the kernel chooses. One address has some
  /// 28,000 ports to one target.
  std::vector<Address> sources{};
};

class Network {
 public:
  virtual ~Network() = default;
  /// Begins to connect; never null, never throws: an immediate failure shows in try_connect().
  /// `source`: the local address to dial from, or null.
  virtual ChannelPtr dial(const Address& address, const Address* source) = 0;
  /// A buffer that all channels of the shard share. Its contents last until the next co_await.
  virtual std::span<char> scratch() = 0;
};

}  // namespace soundcheck::net
