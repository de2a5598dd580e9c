// A byte stream to the target: TCP in a run, a script in tests. Non-blocking: the try_ functions do what can
// be done now, a Waiter is told when more can be done. Belongs to one shard's thread.
//
// Asio is not used here, on purpose: one edge-triggered registration per connection and no speculative
// receive is what brings a request down to one send, one receive and its share of one epoll_wait
// (docs/architecture.md).
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "protocols/core/time.hpp"

namespace soundcheck::net {

enum class IoStatus : unsigned char {
  ok,           // some bytes were moved
  would_block,  // nothing can be done now
  end,          // the peer closed its side (reads only)
  error,        // see IoResult::error
  timed_out,    // a deadline aborted the channel
  cancelled,    // the run was killed
};

struct IoResult {
  IoStatus status = IoStatus::ok;
  std::size_t bytes = 0;
  int error = 0;  ///< when status is error: errno, or below zero a TLS error (io.hpp knows the text of both)
  /// Of a read that moved bytes: when the last of them came to this host, which may be long before they were
  /// read. What came before it came then at the latest. TimePoint::min(): the channel does not know.
  core::TimePoint arrived = core::TimePoint::min();
};

/// Told once, on the shard's thread, that the direction it was armed for may make progress (or was aborted).
/// Its owner disarms it before it dies.
class Waiter {
 public:
  using Callback = void (*)(Waiter&);
  explicit Waiter(Callback callback) : callback_(callback) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  void ready() { callback_(*this); }

 private:
  Callback callback_;
};

enum class Direction : unsigned char { read, write };

class Channel {
 public:
  virtual ~Channel() = default;

  /// Finishes what dialing began: ok (bytes 0) when connected, would_block (wait for Direction::write), or
  /// the error that ends this attempt.
  virtual IoResult try_connect() = 0;
  virtual IoResult try_read(std::span<char> into) = 0;
  virtual IoResult try_write(std::span<const char> data) = 0;

  /// One waiter per direction. May call back at once if the direction is known to be ready.
  virtual void arm(Direction direction, Waiter& waiter) = 0;
  virtual void disarm(Direction direction) = 0;

  /// Makes the system take in little before the reader asks for it, so that a slow reader slows its peer
  /// down. Only a hint: a channel without a buffer in the system has nothing to do.
  virtual void limit_receive_buffer(std::size_t) {}

  /// Every pending and later operation ends with `why` (timed_out or cancelled).
  virtual void abort(IoStatus why) = 0;
  /// Closes now. With `reset`, the peer sees a TCP reset instead of an orderly end.
  virtual void close(bool reset = false) = 0;
};

using ChannelPtr = std::unique_ptr<Channel>;

}  // namespace soundcheck::net
