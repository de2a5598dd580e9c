// One open WebSocket: frames out at once (or as soon as the socket takes them), messages in through a
// listener. Shard's thread. The owner keeps it alive until pump() has returned.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "protocols/core/random.hpp"
#include "protocols/core/text_template.hpp"
#include "protocols/net/io.hpp"
#include "protocols/net/user_context.hpp"
#include "protocols/websocket/frame.hpp"
#include "protocols/websocket/upgrade.hpp"

namespace soundcheck::websocket {

/// Called by pump(), synchronously: what it is given is valid only during the call.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_message(Opcode opcode, std::string_view payload) = 0;
  virtual void on_pong(std::string_view payload) = 0;
};

struct Traffic {
  std::uint64_t bytes_sent = 0;         ///< on the wire: with framing, compressed
  std::uint64_t bytes_received = 0;     ///< the same
  std::uint64_t messages_sent = 0;      ///< text and binary
  std::uint64_t messages_received = 0;  ///< text and binary
};

struct MessageLimits {
  std::size_t longest = 16 * 1024 * 1024;  ///< of an incoming message, after inflating
  std::size_t fragment = 0;                ///< payload of an outgoing frame at most; 0: whole messages
};

class Connection {
 public:
  struct Opened {
    std::unique_ptr<Connection> connection;
    core::TimePoint tcp_ready;
    core::TimePoint ready;  ///< after TLS; equals tcp_ready without it
    bool tls = false;
    bool tls_resumed = false;
  };

  /// Dials and upgrades before `deadline`. `variables` are those of the request's headers. What is passed by
  /// reference outlives the call; the context's parts and `random` outlive the connection.
  static core::Task<std::variant<Opened, core::Failure>> open(const net::UserContext& context,
                                                              const UpgradeRequest& request,
                                                              const core::Variables& variables,
                                                              core::Random& random, core::TimePoint deadline,
                                                              MessageLimits limits);
  ~Connection();

  /// From now on reads at most so many bytes a second, until close(). The rest waits at the peer.
  void read_slowly(double bytes_per_second);

  /// False if the connection is broken, or if the peer has not read for so long that `longest_backlog` bytes
  /// wait.
  bool send(Opcode opcode, std::string_view payload);
  /// Starts the closing handshake; pump() then ends when the peer answers, or when abort() is called.
  void close(std::uint16_t code);
  void abort(net::IoStatus why) { channel_->abort(why); }
  /// Ends the connection because of this failure.
  void give_up(core::Failure failure);

  /// Delivers messages until the connection ends. Answers pings and the peer's close by itself.
  core::Task<void> pump(Listener& listener);

  bool ended() const { return ended_; }
  /// We have begun the closing handshake, or answered the peer's.
  bool closing() const { return close_sent_; }
  /// Both sides said goodbye (section 7.1.4).
  bool clean() const { return close_sent_ && close_received_; }
  std::uint16_t peer_close_code() const { return peer_close_code_; }
  /// Why the connection ended, if it was not clean.
  const std::optional<core::Failure>& failure() const { return failure_; }
  std::size_t backlog() const { return out_.size() - written_; }
  const Traffic& traffic() const { return traffic_; }
  /// For a Listener: when the message that it is told of came to this host, at the latest. After open(): when
  /// the target had agreed.
  core::TimePoint arrived() const { return arrived_; }

  static constexpr std::size_t longest_backlog = 1024 * 1024;

 private:
  Connection(net::ChannelPtr channel, const net::UserContext& context, core::Random& random,
             MessageLimits limits);
  void append_message(Opcode opcode, std::string_view payload);
  std::uint32_t mask() { return static_cast<std::uint32_t>(random_.next()); }
  void flush();
  static void writable(net::Waiter& waiter);
  void fail(core::Failure failure);
  /// False: the connection has ended.
  bool deliver(std::span<const char> bytes, Listener& listener);
  bool take_messages(std::span<const char> bytes, Listener& listener);

  struct Flusher : net::Waiter {
    explicit Flusher(Connection& c) : Waiter(&Connection::writable), connection(c) {}
    Connection& connection;
  };

  net::ChannelPtr channel_;
  net::Network& network_;
  core::Timeline& timeline_;
  core::Random& random_;
  FrameReader reader_;
  std::unique_ptr<Deflater> deflater_;  ///< with compression
  std::size_t fragment_;
  double read_rate_ = 0;  ///< bytes a second; 0: as fast as they come
  Flusher flusher_;
  core::TimePoint arrived_;  ///< what was read last
  std::string first_bytes_;  ///< frames that came with the upgrade's answer
  std::string out_;          ///< frames that the socket has not taken yet
  std::size_t written_ = 0;
  bool corked_ = false;    ///< while messages are delivered: what is said goes out in one piece afterwards
  bool flushing_ = false;  ///< the socket is full
  bool close_sent_ = false;
  bool close_received_ = false;
  bool ended_ = false;
  std::uint16_t peer_close_code_ = 0;
  std::optional<core::Failure> failure_;
  Traffic traffic_;
};

}  // namespace soundcheck::websocket
