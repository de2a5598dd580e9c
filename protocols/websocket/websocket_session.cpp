#include "protocols/websocket/websocket_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocols/websocket/report.hpp"

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

WebSocketSession::WebSocketSession(const Workload& workload, const net::UserContext& context)
    : workload_(workload), context_(context), random_(context.seed, context.user), ping_timer_(*this) {
  ping_timer_.interruptible = false;
  variables_.set("user_id", std::to_string(context_.user));
}

WebSocketSession::~WebSocketSession() { context_.timeline.timers().remove(ping_timer_); }

core::Task<void> WebSocketSession::run_one(TimePoint intended, TimePoint until) {
  const TimePoint start = context_.timeline.now();
  const core::TaskId task = workload_.connection_task;
  core::record_start(context_.probe, task, intended, start);
  auto opened = co_await Connection::open(context_, workload_.upgrade, random_,
                                          start + workload_.connect_timeout, longest_message);
  if (context_.timeline.killed()) co_return;
  if (const auto* failure = std::get_if<Failure>(&opened)) {
    context_.probe.fail(task, *failure);
    co_return;
  }
  auto& success = std::get<Connection::Opened>(opened);
  report_opened(context_, task, start, success, !std::exchange(ever_connected_, true));
  connection_ = std::move(success.connection);
  context_.probe.record(task, Metric::setup_time, context_.timeline.now() - start);

  inbox_.clear();
  changed_.clear();
  ping_sent_.reset();
  core::TaskGroup group;
  group.spawn(pump());
  // The first ping goes out at a random point of the interval, so that users do not ping in step.
  context_.timeline.timers().add(ping_timer_,
                                 context_.timeline.now() + random_.between({}, workload_.ping_interval));
  co_await hold(until);
  context_.timeline.timers().remove(ping_timer_);
  const bool held = !connection_->ended();
  if (held) {
    connection_->close(1000);
    const TimePoint give_up = context_.timeline.now() + closing_time;
    while (!connection_->ended() && !context_.timeline.killed() && context_.timeline.now() < give_up) {
      co_await changed_.wait_until(context_.timeline, give_up);
    }
    if (!connection_->ended()) connection_->abort(net::IoStatus::timed_out);
  }
  co_await group.join();
  context_.probe.in_progress(task, -1);
  report_end(held);
  connection_.reset();
}

void WebSocketSession::report_end(bool held) {
  const core::TaskId task = workload_.connection_task;
  report_traffic(context_, task, connection_->traffic());
  if (context_.timeline.killed()) return;
  const bool clean = connection_->clean();
  context_.probe.count(task, clean ? Counter::clean_closes : Counter::unclean_closes, 1);
  if (clean && held) {
    context_.probe.count(task, Counter::succeeded, 1);
  } else if (clean) {
    context_.probe.fail(task, {Stage::read, 0,
                               fmt::format("WebSocket: the target closed the connection early, with code {}",
                                           connection_->peer_close_code())});
  } else {
    context_.probe.fail(
        task, connection_->failure().value_or(Failure{Stage::read, 0, "WebSocket: closed without goodbye"}));
  }
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
  const TimePoint now = context_.timeline.now();
  if (ping_sent_) {
    context_.probe.fail(workload_.ping_task,
                        {Stage::deadline, 0, "ping: no pong before the next ping was due"});
  }
  ++ping_sequence_;
  ping_sent_ = now;
  core::record_start(context_.probe, workload_.ping_task, ping_timer_.due(), now);
  // Before sending: that can end the connection, and with it the session's use of this timer.
  context_.timeline.timers().add(ping_timer_, ping_timer_.due() + workload_.ping_interval);
  connection_->send(Opcode::ping, std::to_string(ping_sequence_));
}

void WebSocketSession::on_pong(std::string_view payload) {
  if (!ping_sent_ || payload != std::to_string(ping_sequence_)) return;
  context_.probe.record(workload_.ping_task, Metric::ping_rtt, context_.timeline.now() - *ping_sent_);
  context_.probe.count(workload_.ping_task, Counter::succeeded, 1);
  ping_sent_.reset();
}

core::Task<void> WebSocketSession::hold(TimePoint not_after) {
  const TimePoint opened = context_.timeline.now();
  const TimePoint until = std::min(opened + workload_.hold, not_after);
  const bool scripted = !workload_.exchange.empty();
  for (std::int64_t k = 0; !connection_->ended(); ++k) {
    const TimePoint next = scripted ? std::min(opened + k * workload_.exchange_interval, until) : until;
    while (!connection_->ended() && !context_.timeline.draining() && context_.timeline.now() < next) {
      co_await changed_.wait_until(context_.timeline, next, true);
    }
    if (context_.timeline.draining() || connection_->ended() || next >= until) co_return;

    TimePoint sent_at = context_.timeline.now();
    const core::TaskId task = workload_.exchange_task;
    core::record_start(context_.probe, task, next, sent_at);
    ++exchange_count_;
    auto failure = co_await run_script(sent_at);
    if (context_.timeline.killed()) co_return;
    const TimePoint end = context_.timeline.now();
    if (!failure || failure->stage == Stage::deadline) {
      context_.probe.record(task, Metric::response_time, end - next);
      context_.probe.record(task, Metric::service_time, end - sent_at);
    }
    if (failure) {
      context_.probe.fail(task, *failure);
    } else {
      context_.probe.count(task, Counter::succeeded, 1);
    }
  }
}

core::Task<std::optional<Failure>> WebSocketSession::run_script(TimePoint& sent_at) {
  inbox_.clear();
  bool sent = false;
  variables_.set("iteration", std::to_string(exchange_count_));
  variables_.set("timestamp", std::to_string(context_.timeline.now().time_since_epoch().count() / 1'000'000));
  variables_.set("uuid", fmt::format("{:016x}{:016x}", random_.next(), random_.next()));
  for (const ExchangeStep& step : workload_.exchange) {
    switch (step.kind) {
      case ExchangeStep::Kind::send: {
        std::string text;
        step.text.render(variables_, text);
        if (!sent) sent_at = context_.timeline.now();
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
        co_await context_.timeline.sleep_until(context_.timeline.now() + step.duration);
        break;
    }
  }
  co_return std::nullopt;
}

core::Task<std::optional<Failure>> WebSocketSession::expect(const ExchangeStep& step) {
  const TimePoint due = context_.timeline.now() + step.duration;
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
    if (context_.timeline.killed() || context_.timeline.now() >= due) {
      co_return Failure{Stage::deadline, 0, fmt::format("{}: no such message in time", step.label)};
    }
    co_await changed_.wait_until(context_.timeline, due);
  }
}

}  // namespace soundcheck::websocket
