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
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t messages_sent = 0;      ///< text and binary
  std::uint64_t messages_received = 0;  ///< text and binary
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

  /// Dials and upgrades before `deadline`. A message may be up to `longest_message` bytes.
  static core::Task<std::variant<Opened, core::Failure>> open(const net::UserContext& context,
                                                              const UpgradeRequest& request,
                                                              core::Random& random, core::TimePoint deadline,
                                                              std::size_t longest_message);
  ~Connection();

  /// False if the connection is broken, or if the peer has not read for so long that `longest_backlog` bytes
  /// wait.
  bool send(Opcode opcode, std::string_view payload);
  /// Starts the closing handshake; pump() then ends when the peer answers, or when abort() is called.
  void close(std::uint16_t code);
  void abort(net::IoStatus why) { channel_->abort(why); }

  /// Delivers messages until the connection ends. Answers pings and the peer's close by itself.
  core::Task<void> pump(Listener& listener);

  bool ended() const { return ended_; }
  /// Both sides said goodbye (section 7.1.4).
  bool clean() const { return close_sent_ && close_received_; }
  std::uint16_t peer_close_code() const { return peer_close_code_; }
  /// Why the connection ended, if it was not clean.
  const std::optional<core::Failure>& failure() const { return failure_; }
  std::size_t backlog() const { return out_.size() - written_; }
  const Traffic& traffic() const { return traffic_; }

  static constexpr std::size_t longest_backlog = 1024 * 1024;

 private:
  Connection(net::ChannelPtr channel, net::Network& network, core::Random& random,
             std::size_t longest_message);
  void flush();
  static void writable(net::Waiter& waiter);
  void fail(core::Failure failure);
  bool deliver(std::span<const char> bytes, Listener& listener);  ///< false: the connection has ended

  struct Flusher : net::Waiter {
    explicit Flusher(Connection& c) : Waiter(&Connection::writable), connection(c) {}
    Connection& connection;
  };

  net::ChannelPtr channel_;
  net::Network& network_;
  core::Random& random_;
  FrameReader reader_;
  Flusher flusher_;
  std::string first_bytes_;  ///< frames that came with the upgrade's answer
  std::string out_;          ///< frames that the socket has not taken yet
  std::size_t written_ = 0;
  bool flushing_ = false;
  bool close_sent_ = false;
  bool close_received_ = false;
  bool ended_ = false;
  std::uint16_t peer_close_code_ = 0;
  std::optional<core::Failure> failure_;
  Traffic traffic_;
};

}  // namespace soundcheck::websocket
