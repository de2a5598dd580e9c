// Coroutine operations on a channel, and the one mechanism for timeouts. Shard's thread.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "protocols/core/failure.hpp"
#include "protocols/core/task.hpp"
#include "protocols/core/timeline.hpp"
#include "protocols/net/channel.hpp"
#include "protocols/net/network.hpp"
#include "protocols/net/tls_context.hpp"

namespace soundcheck::net {

/// Aborts a channel when its time has come. Moving the deadline forward costs nothing: the timer is left
/// where it is and looks again when it fires, so a request needs no timer operation of its own.
class Deadline : private core::Timer {
 public:
  Deadline(core::Timeline& timeline, Channel& channel);
  ~Deadline();
  void set(core::TimePoint due);
  void clear();
  bool expired() const { return expired_; }

 private:
  static void fire(core::Timer& timer, core::Wake why);
  core::Timeline& timeline_;
  Channel& channel_;
  std::optional<core::TimePoint> due_;
  bool given_time_ = false;  ///< by a loop that served this timer late
  bool expired_ = false;
};

namespace detail {

/// Tries, and waits for the channel until trying says something else than would_block.
template <class Try>
class Operation : private Waiter {
 public:
  Operation(Channel& channel, Direction direction, Try attempt, bool try_first)
      : Waiter(&Operation::on_ready),
        channel_(channel),
        direction_(direction),
        attempt_(attempt),
        try_first_(try_first) {}

  bool await_ready() {
    if (!try_first_) return false;
    result_ = attempt_(channel_);
    return result_.status != IoStatus::would_block;
  }
  bool await_suspend(std::coroutine_handle<> handle) {
    suspending_ = true;
    channel_.arm(direction_, *this);
    suspending_ = false;
    if (done_) return false;
    handle_ = handle;
    return true;
  }
  IoResult await_resume() const { return result_; }

 private:
  static void on_ready(Waiter& waiter) {
    auto& self = static_cast<Operation&>(waiter);
    self.result_ = self.attempt_(self.channel_);
    if (self.result_.status == IoStatus::would_block) {
      self.channel_.arm(self.direction_, self);
      return;
    }
    self.done_ = true;
    if (!self.suspending_) self.handle_.resume();
  }

  Channel& channel_;
  Direction direction_;
  Try attempt_;
  bool try_first_;
  bool suspending_ = false;
  bool done_ = false;
  IoResult result_;
  std::coroutine_handle<> handle_;
};

}  // namespace detail

/// When the last byte of a read came to this host, as far as the channel knows: else now.
inline core::TimePoint arrival(const IoResult& read, const core::Timeline& timeline) {
  return read.arrived == core::TimePoint::min() ? timeline.now() : read.arrived;
}

/// Waits for data. It does not try to receive first: right after a request there is nothing to receive.
inline auto read_some(Channel& channel, std::span<char> into) {
  auto attempt = [into](Channel& c) { return c.try_read(into); };
  return detail::Operation<decltype(attempt)>(channel, Direction::read, attempt, false);
}

inline auto write_some(Channel& channel, std::span<const char> data) {
  auto attempt = [data](Channel& c) { return c.try_write(data); };
  return detail::Operation<decltype(attempt)>(channel, Direction::write, attempt, true);
}

/// Waits until the channel may be read or written (or was aborted); moves nothing.
class EitherReady {
 public:
  explicit EitherReady(Channel& channel) : channel_(channel) {}
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    channel_.arm(Direction::write, write_);
    if (!ready_) channel_.arm(Direction::read, read_);
    if (ready_) return false;
    handle_ = handle;
    return true;
  }
  void await_resume() const {}

 private:
  struct Side : Waiter {
    explicit Side(EitherReady& of) : Waiter(&EitherReady::on_ready), owner(of) {}
    EitherReady& owner;
  };
  static void on_ready(Waiter& waiter) {
    EitherReady& self = static_cast<Side&>(waiter).owner;
    self.ready_ = true;
    self.channel_.disarm(Direction::write);
    self.channel_.disarm(Direction::read);
    if (self.handle_) self.handle_.resume();
  }

  Channel& channel_;
  Side read_{*this};
  Side write_{*this};
  bool ready_ = false;
  std::coroutine_handle<> handle_;
};

/// Writes all of it; the result's status is ok, or why not.
core::Task<IoResult> write_all(Channel& channel, std::span<const char> data);

/// A connection that is ready to be used: over TLS if the endpoint asks for it.
struct Connected {
  ChannelPtr channel;
  core::TimePoint tcp_ready;  ///< with a proxy: when the way to the target was free
  core::TimePoint ready;      ///< after TLS; equals tcp_ready without it
  bool tls = false;
  bool tls_resumed = false;
  std::string protocol;  ///< what ALPN chose, for example "h2"; empty: nothing
};

/// What a proxy does for a plain connection. TLS always goes through a tunnel.
enum class ProxyUse : unsigned char {
  forward,  // the connection ends at the proxy, which takes requests in absolute form (RFC 9112, 3.2.2)
  tunnel,   // the proxy passes bytes on: for WebSockets and whatever else is not an HTTP/1.1 request
};

/// Tries the endpoint's addresses until one connects or `deadline` has passed, beginning with address
/// `turn` modulo their number, from the source addresses in turn. `memory`, for TLS: what the user remembers
/// of its last connection; may be null, else outlives the channel. On failure: stage resolve, connect, proxy,
/// tls, certificate, local or deadline, with the last address's error.
core::Task<std::variant<Connected, core::Failure>> connect(Network& network, core::Timeline& timeline,
                                                           const Endpoint& endpoint, std::uint64_t turn,
                                                           core::TimePoint deadline,
                                                           TlsMemory* memory = nullptr,
                                                           ProxyUse proxy_use = ProxyUse::forward);

/// Turns how an operation ended into a failure of the given stage (or of stage deadline or tls). `what` says
/// what was being done: "waiting for the answer". Status must not be ok or would_block.
core::Failure to_failure(const IoResult& result, core::Stage stage, std::string_view what);

/// True when the run was killed: not a failure of the target, nothing is counted.
inline bool cancelled(const IoResult& result) { return result.status == IoStatus::cancelled; }

/// Of IoResult::error: "Connection refused" and the like; the same on every locale.
std::string error_text(int error);

}  // namespace soundcheck::net
