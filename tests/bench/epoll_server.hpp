// The smallest server that can stand up to a load generator: level-triggered epoll, one recv and one send per
// request. The macro benchmarks use it as a target that is not the limit. Each thread has a listener of its
// own on the same port and a table of descriptors of its own, so that together they hold more connections
// than the limit of one process.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace soundcheck::bench {

/// One connection. Belongs to one of the server's threads.
class Peer {
 public:
  virtual ~Peer() = default;
  /// Bytes came; what is to be sent is appended to `out`. False closes the connection after sending.
  virtual bool on_bytes(std::string_view bytes, std::string& out) = 0;
  /// When what was appended may leave, on the clock of now_ns(). Read after each on_bytes(); 0: at once.
  std::int64_t send_at = 0;
};

/// Makes the peers of one thread, numbered from 0; called on that thread.
using MakePeer = std::function<std::unique_ptr<Peer>(unsigned thread)>;

/// How a thread waits for the next event. Spinning takes a whole core, and answers without the time that a
/// core needs to wake up, so a delayed answer leaves exactly when it is due.
enum class Waiting { sleeping, spinning };

/// Listens on a free port of 127.0.0.1, prints "port N", and serves until SIGTERM. Throws std::system_error
/// if the kernel refuses.
void serve(unsigned threads, const MakePeer& make_peer, Waiting waiting = Waiting::sleeping);

/// The monotonic clock, in nanoseconds.
std::int64_t now_ns();

}  // namespace soundcheck::bench
