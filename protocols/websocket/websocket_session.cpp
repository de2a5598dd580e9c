#include "protocols/websocket/websocket_session.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace soundcheck::websocket {

using core::Counter;
using core::Failure;
using core::Metric;
using core::Stage;
using core::TimePoint;

namespace {
constexpr std::size_t longest_message = 16 * 1024 * 1024;
constexpr core::Duration closing_time = std::chrono::seconds(2);
}  // namespace

WebSocketSession::WebSocketSession(const Workload& workload, const net::Endpoint& endpoint,
                                   net::Network& network, core::Timeline& timeline, core::Probe& probe,
                                   std::uint64_t seed, std::uint64_t user)
    : workload_(workload),
      endpoint_(endpoint),
      network_(network),
      timeline_(timeline),
      probe_(probe),
      random_(seed, user),
      ping_timer_(*this) {
  ping_timer_.interruptible = false;
  variables_.set("user_id", std::to_string(user));
}

WebSocketSession::~WebSocketSession() { timeline_.timers().remove(ping_timer_); }

core::Task<void> WebSocketSession::run_one(TimePoint intended) {
  const TimePoint start = timeline_.now();
  const core::TaskId task = workload_.connection_task;
  core::record_start(probe_, task, intended, start);
  auto opened = co_await Connection::open(network_, timeline_, endpoint_, workload_.upgrade, random_,
                                          start + workload_.connect_timeout, longest_message);
  if (timeline_.killed()) co_return;
  if (const auto* failure = std::get_if<Failure>(&opened)) {
    probe_.fail(task, *failure);
    co_return;
  }
  auto& success = std::get<Connection::Opened>(opened);
  connection_ = std::move(success.connection);
  probe_.record(task, Metric::connect_time, success.connected_at - start);
  probe_.record(task, Metric::setup_time, timeline_.now() - start);
  probe_.count(task, Counter::connections, 1);
  if (ever_connected_) probe_.count(task, Counter::reconnects, 1);
  ever_connected_ = true;
  probe_.in_progress(task, 1);

  inbox_.clear();
  changed_.clear();
  ping_sent_.reset();
  core::TaskGroup group;
  group.spawn(pump());
  // The first ping goes out at a random point of the interval, so that users do not ping in step.
  timeline_.timers().add(ping_timer_, timeline_.now() + random_.between({}, workload_.ping_interval));
  co_await hold();
  timeline_.timers().remove(ping_timer_);
  if (!connection_->ended()) {
    connection_->close(1000);
    const TimePoint give_up = timeline_.now() + closing_time;
    while (!connection_->ended() && !timeline_.killed() && timeline_.now() < give_up) {
      co_await changed_.wait_until(timeline_, give_up);
    }
    if (!connection_->ended()) connection_->abort(net::IoStatus::timed_out);
  }
  co_await group.join();
  probe_.in_progress(task, -1);
  report_end();
  connection_.reset();
}

void WebSocketSession::report_end() {
  const core::TaskId task = workload_.connection_task;
  const Traffic& traffic = connection_->traffic();
  probe_.count(task, Counter::bytes_sent, static_cast<std::int64_t>(traffic.bytes_sent));
  probe_.count(task, Counter::bytes_received, static_cast<std::int64_t>(traffic.bytes_received));
  probe_.count(task, Counter::messages_sent, static_cast<std::int64_t>(traffic.messages_sent));
  probe_.count(task, Counter::messages_received, static_cast<std::int64_t>(traffic.messages_received));
  if (timeline_.killed()) return;
  if (connection_->clean()) {
    probe_.count(task, Counter::clean_closes, 1);
    probe_.count(task, Counter::succeeded, 1);
    return;
  }
  probe_.count(task, Counter::unclean_closes, 1);
  probe_.fail(task,
              connection_->failure().value_or(Failure{Stage::read, 0, "WebSocket: closed without goodbye"}));
}

core::Task<void> WebSocketSession::pump() {
  co_await connection_->pump(*this);
  changed_.notify();
}

void WebSocketSession::on_message(Opcode, std::string_view payload) {
  if (inbox_.size() == longest_inbox) inbox_.pop_front();
  inbox_.emplace_back(payload);
  changed_.notify();
}

void WebSocketSession::ping_due(core::Timer& timer, core::Wake why) {
  auto& self = static_cast<PingTimer&>(timer).session;
  if (why != core::Wake::elapsed || self.connection_->ended()) return;
  self.send_ping();
}

void WebSocketSession::send_ping() {
  const TimePoint now = timeline_.now();
  if (ping_sent_) {
    probe_.fail(workload_.ping_task, {Stage::deadline, 0, "ping: no pong before the next ping was due"});
  }
  ++ping_sequence_;
  ping_sent_ = now;
  core::record_start(probe_, workload_.ping_task, ping_timer_.due(), now);
  // Before sending: that can end the connection, and with it the session's use of this timer.
  timeline_.timers().add(ping_timer_, ping_timer_.due() + workload_.ping_interval);
  connection_->send(Opcode::ping, std::to_string(ping_sequence_));
}

void WebSocketSession::on_pong(std::string_view payload) {
  if (!ping_sent_ || payload != std::to_string(ping_sequence_)) return;
  probe_.record(workload_.ping_task, Metric::ping_rtt, timeline_.now() - *ping_sent_);
  probe_.count(workload_.ping_task, Counter::succeeded, 1);
  ping_sent_.reset();
}

core::Task<void> WebSocketSession::hold() {
  const TimePoint opened = timeline_.now();
  const TimePoint until = opened + workload_.hold;
  const bool scripted = !workload_.exchange.empty();
  for (std::int64_t k = 0; !connection_->ended(); ++k) {
    const TimePoint next = scripted ? std::min(opened + k * workload_.exchange_interval, until) : until;
    while (!connection_->ended() && !timeline_.draining() && timeline_.now() < next) {
      co_await changed_.wait_until(timeline_, next, true);
    }
    if (timeline_.draining() || connection_->ended() || next >= until) co_return;

    TimePoint sent_at = timeline_.now();
    const core::TaskId task = workload_.exchange_task;
    core::record_start(probe_, task, next, sent_at);
    ++exchange_count_;
    auto failure = co_await run_script(sent_at);
    if (timeline_.killed()) co_return;
    const TimePoint end = timeline_.now();
    if (!failure || failure->stage == Stage::deadline) {
      probe_.record(task, Metric::response_time, end - next);
      probe_.record(task, Metric::service_time, end - sent_at);
    }
    if (failure) {
      probe_.fail(task, *failure);
    } else {
      probe_.count(task, Counter::succeeded, 1);
    }
  }
}

core::Task<std::optional<Failure>> WebSocketSession::run_script(TimePoint& sent_at) {
  inbox_.clear();
  bool sent = false;
  variables_.set("iteration", std::to_string(exchange_count_));
  variables_.set("timestamp", std::to_string(timeline_.now().time_since_epoch().count() / 1'000'000));
  variables_.set("uuid", fmt::format("{:016x}{:016x}", random_.next(), random_.next()));
  for (const ExchangeStep& step : workload_.exchange) {
    switch (step.kind) {
      case ExchangeStep::Kind::send: {
        std::string text;
        step.text.render(variables_, text);
        if (!sent) sent_at = timeline_.now();
        sent = true;
        if (!connection_->send(Opcode::text, text)) {
          co_return connection_->failure().value_or(
              Failure{Stage::write, 0, "sending: the connection is closed"});
        }
        break;
      }
      case ExchangeStep::Kind::expect: {
        auto failure = co_await expect(step);
        if (failure) co_return failure;
        break;
      }
      case ExchangeStep::Kind::wait:
        co_await timeline_.sleep_until(timeline_.now() + step.duration);
        break;
    }
  }
  co_return std::nullopt;
}

core::Task<std::optional<Failure>> WebSocketSession::expect(const ExchangeStep& step) {
  const TimePoint due = timeline_.now() + step.duration;
  for (;;) {
    while (!inbox_.empty()) {
      const std::string message = std::move(inbox_.front());
      inbox_.pop_front();
      core::LazyJson content(message);
      if (!step.match.mismatch(content, variables_)) co_return std::nullopt;
    }
    if (connection_->ended()) {
      co_return connection_->failure().value_or(
          Failure{Stage::read, 0, step.label + ": the peer closed the connection"});
    }
    if (timeline_.killed() || timeline_.now() >= due) {
      co_return Failure{Stage::deadline, 0, fmt::format("{}: no such message in time", step.label)};
    }
    co_await changed_.wait_until(timeline_, due);
  }
}

}  // namespace soundcheck::websocket
