// One WebSocket user: dials, runs the scripted exchange on a fixed schedule while it holds the connection,
// pings, and hangs up cleanly. Some users misbehave on purpose, as the workload says. Shard's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/backoff.hpp"
#include "protocols/core/session.hpp"
#include "protocols/core/signal.hpp"
#include "protocols/net/user_context.hpp"
#include "protocols/websocket/connection.hpp"
#include "protocols/websocket/script.hpp"

namespace soundcheck::websocket {

/// Immutable, shared between shards.
struct Workload {
  core::TaskId connection_task = 0;  ///< dial, hold, close
  core::TaskId exchange_task = 0;
  core::TaskId ping_task = 0;
  UpgradeRequest upgrade;
  MessageLimits messages;
  core::Duration connect_timeout{};
  core::Duration ping_interval{};
  /// A target that says nothing for so long after a ping is gone, whatever TCP says; zero: waited for.
  core::Duration pong_timeout{};
  core::Duration exchange_interval{};
  Script exchange;  ///< may be empty
  core::Duration hold{};
  core::Backoff reconnect;
  double slow_readers = 0;  ///< share of users that read only `read_rate` bytes a second
  double read_rate = 0;
  bool abrupt_hang_up = false;  ///< the connection just ends, without the closing handshake
  double half_open = 0;  ///< share of users that neither read nor write while they hold their connection
};

/// What a user is, by its number: exact shares at any number of users, the same in every run.
enum class Manners : unsigned char { good, slow_reader, half_open };
Manners manners_of(std::uint64_t user, const Workload& workload);

class WebSocketSession final : public core::Session, private Listener {
 public:
  /// The workload and what the context refers to outlive the session.
  WebSocketSession(const Workload& workload, const net::UserContext& context);
  ~WebSocketSession() override;

  core::Task<void> run_one(core::TimePoint intended, core::TimePoint until) override;
  /// Until the next attempt to connect.
  core::Duration think_time() override;
  void close() override {}

 private:
  struct PingTimer : core::Timer {
    explicit PingTimer(WebSocketSession& s) : Timer(&WebSocketSession::ping_due), session(s) {}
    WebSocketSession& session;
  };
  struct Received {
    Opcode opcode;
    std::string payload;
  };

  void on_message(Opcode opcode, std::string_view payload) override;
  void on_pong(std::string_view payload) override;
  static void ping_due(core::Timer& timer, core::Wake why);
  void begin_pings();
  void send_ping();

  /// Nothing if it failed; that has been reported.
  core::Task<std::optional<core::Failure>> connect();
  core::Task<void> pump();
  core::Task<void> hold(core::TimePoint not_after);
  core::Task<void> stay_silent(core::TimePoint not_after, core::TaskGroup& group);
  core::Task<void> hang_up();
  core::Task<void> exchange(core::TimePoint intended);
  /// Nothing if the script ran to its end. `sent_at` becomes when its first message left.
  core::Task<std::optional<core::Failure>> run_script(core::TimePoint& sent_at);
  bool send(const ExchangeStep& step);
  core::Task<std::optional<core::Failure>> expect(const ExchangeStep& step);
  /// Whether a message that came before the expect is the one.
  bool find_in_inbox(const ExchangeStep& step);
  /// Whether the message is what the expect waits for; keeps what it extracts.
  bool take(const ExchangeStep& step, Opcode opcode, std::string_view payload);
  void report_traffic();
  /// `held`: it was open until we closed it.
  void report_end(bool held);

  const Workload& workload_;
  const net::UserContext context_;
  const Manners manners_;
  core::Random random_;
  core::Variables variables_;
  bool ever_connected_ = false;
  unsigned failures_ = 0;                   ///< attempts to connect since the last that succeeded
  std::optional<core::TimePoint> lost_at_;  ///< the last connection, and none has been opened since

  // Of the connection that is open.
  std::unique_ptr<Connection> connection_;
  Traffic reported_;
  core::Signal changed_;  ///< the expected message came, or the connection ended
  bool hanging_up_ = false;
  core::TimePoint free_since_ = core::TimePoint::min();  ///< the end of the exchange or connection before
  core::TimePoint step_done_;  ///< the last step of the exchange: sent, waited, or the message had come
  bool in_script_ = false;
  const ExchangeStep* expected_ = nullptr;  ///< what an expect waits for
  std::optional<std::string> not_found_;    ///< what the message that came does not hold
  std::vector<Received> inbox_;  ///< what came inside an exchange while nothing was expected; bounded
  std::size_t inbox_bytes_ = 0;
  PingTimer ping_timer_;
  core::TimePoint next_ping_;
  std::uint64_t ping_sequence_ = 0;
  std::optional<core::TimePoint> ping_sent_;
  std::optional<core::TimePoint> unanswered_since_;  ///< pings, and not a word from the target

  static constexpr std::size_t longest_inbox = 256;
  static constexpr std::size_t largest_inbox = 1024 * 1024;
};

}  // namespace soundcheck::websocket
