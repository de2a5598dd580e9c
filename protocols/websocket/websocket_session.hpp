// One WebSocket user: dials, runs the scripted exchange on a fixed schedule while it holds the connection,
// pings, and hangs up cleanly. Shard's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/json.hpp"
#include "protocols/core/session.hpp"
#include "protocols/core/signal.hpp"
#include "protocols/core/text_template.hpp"
#include "protocols/net/user_context.hpp"
#include "protocols/websocket/connection.hpp"

namespace soundcheck::websocket {

struct ExchangeStep {
  enum class Kind : unsigned char { send, expect, wait };
  Kind kind{};
  core::TextTemplate text;    ///< send
  core::ContentMatch match;   ///< expect
  core::Duration duration{};  ///< expect: time limit; wait: how long
  std::string label;          ///< for messages: 'expect {"type":"echo"}'
};

/// Immutable, shared between shards.
struct Workload {
  core::TaskId connection_task = 0;  ///< dial, hold, close
  core::TaskId exchange_task = 0;
  core::TaskId ping_task = 0;
  UpgradeRequest upgrade;
  core::Duration connect_timeout{};
  core::Duration ping_interval{};
  core::Duration exchange_interval{};
  std::vector<ExchangeStep> exchange;  ///< may be empty
  core::Duration hold{};
  core::Duration reconnect_delay{};
};

class WebSocketSession final : public core::Session, private Listener {
 public:
  /// The workload and what the context refers to outlive the session.
  WebSocketSession(const Workload& workload, const net::UserContext& context);
  ~WebSocketSession() override;

  core::Task<void> run_one(core::TimePoint intended, core::TimePoint until) override;
  core::Duration think_time() override { return workload_.reconnect_delay; }
  void close() override {}

 private:
  struct PingTimer : core::Timer {
    explicit PingTimer(WebSocketSession& s) : Timer(&WebSocketSession::ping_due), session(s) {}
    WebSocketSession& session;
  };

  void on_message(Opcode opcode, std::string_view payload) override;
  void on_pong(std::string_view payload) override;
  static void ping_due(core::Timer& timer, core::Wake why);
  void send_ping();

  core::Task<void> pump();
  core::Task<void> hold(core::TimePoint not_after);
  /// Nothing if the script ran to its end. `sent_at` becomes when its first message left.
  core::Task<std::optional<core::Failure>> run_script(core::TimePoint& sent_at);
  core::Task<std::optional<core::Failure>> expect(const ExchangeStep& step);
  /// `held`: it was open until we closed it.
  void report_end(bool held);

  const Workload& workload_;
  const net::UserContext context_;
  core::Random random_;
  core::Variables variables_;
  std::uint64_t exchange_count_ = 0;
  bool ever_connected_ = false;

  std::unique_ptr<Connection> connection_;
  core::Signal changed_;           ///< a message came, or the connection ended
  std::deque<std::string> inbox_;  ///< messages not yet looked at by an expect; bounded
  PingTimer ping_timer_;
  std::uint64_t ping_sequence_ = 0;
  std::optional<core::TimePoint> ping_sent_;

  static constexpr std::size_t longest_inbox = 256;
};

}  // namespace soundcheck::websocket
