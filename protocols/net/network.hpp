// Where channels come from: the shard's event loop in a run, a simulated target in tests. One thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "protocols/net/channel.hpp"
#include "protocols/net/proxy.hpp"

namespace soundcheck::net {

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
  std::shared_ptr<const Proxy> proxy{};  ///< null: none
  double resolve_seconds = 0;            ///< how long the resolver took for `addresses`, once, before the run

  /// Where connections are dialled to.
  const std::vector<Address>& dialled() const { return proxy ? proxy->addresses : addresses; }
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
