// The smallest server that can stand up to a load generator: one thread, level-triggered epoll, one recv and
// one send per request. The macro benchmarks use it as a target that is not the limit.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace soundcheck::bench {

/// One connection.
class Peer {
 public:
  virtual ~Peer() = default;
  /// Bytes came; what is to be sent is appended to `out`. False closes the connection after sending.
  virtual bool on_bytes(std::string_view bytes, std::string& out) = 0;
};

using MakePeer = std::function<std::unique_ptr<Peer>()>;

/// Listens on a free port of 127.0.0.1, prints "port N", and serves until SIGTERM. Throws std::system_error
/// if the kernel refuses.
void serve(const MakePeer& make_peer);

/// Of the monotonic clock, in seconds.
double now_seconds();

}  // namespace soundcheck::bench
