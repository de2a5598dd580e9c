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
/// Long enough for a target that has to say goodbye to tens of thousands at once.
constexpr core::Duration closing_time = std::chrono::seconds(5);
}  // namespace

Manners manners_of(std::uint64_t user, const Workload& workload) {
  const double place = core::even_place(user);
  if (place < workload.half_open) return Manners::half_open;
  return place >= 1 - workload.slow_readers ? Manners::slow_reader : Manners::good;
}

WebSocketSession::WebSocketSession(const Workload& workload, const net::UserContext& context)
    : workload_(workload),
      context_(context),
      manners_(manners_of(context.user, workload)),
      random_(context.seed, context.user),
      variables_(context.seed, context.user, context.timeline),
      ping_timer_(*this) {
  ping_timer_.interruptible = false;
}

WebSocketSession::~WebSocketSession() { context_.timeline.timers().remove(ping_timer_); }

core::Duration WebSocketSession::think_time() {
  using Kind = core::Backoff::Kind;
  const core::Backoff& backoff = workload_.reconnect;
  const core::Duration delay = backoff.delay(failures_, random_);
  const bool grows = backoff.kind == Kind::exponential || backoff.kind == Kind::full_jitter;
  return failures_ > 0 && !grows ? std::max(delay, core::pause_after_refusal) : delay;
}

core::Task<std::optional<Failure>> WebSocketSession::connect() {
  const TimePoint start = context_.timeline.now();
  const core::TaskId task = workload_.connection_task;
  variables_.draw_anew();
  auto opened = co_await Connection::open(context_, workload_.upgrade, variables_, random_,
                                          start + workload_.connect_timeout, workload_.messages);
  if (context_.timeline.killed()) co_return Failure{Stage::connect, 0, "the run was stopped"};
  if (auto* failure = std::get_if<Failure>(&opened)) {
    ++failures_;
    context_.probe.fail(task, *failure);
    co_return std::move(*failure);
  }
  auto& success = std::get<Connection::Opened>(opened);
  report_opened(context_, task, start, success, !std::exchange(ever_connected_, true));
  connection_ = std::move(success.connection);
  const TimePoint agreed = std::max(connection_->arrived(), success.ready);
  context_.probe.record(task, Metric::setup_time, agreed - start);
  failures_ = 0;
  if (const auto lost_at = std::exchange(lost_at_, std::nullopt))
    context_.probe.record(task, Metric::recovery_time, agreed - *lost_at);
  co_return std::nullopt;
}

core::Task<void> WebSocketSession::run_one(TimePoint intended, TimePoint until) {
  core::record_start(context_.probe, workload_.connection_task, intended, context_.timeline.now(),
                     free_since_);
  if (co_await connect()) {
    free_since_ = context_.timeline.now();
    co_return;
  }
  reported_ = {};
  changed_.clear();
  hanging_up_ = false;
  core::TaskGroup group;
  if (manners_ == Manners::half_open) {
    co_await stay_silent(until, group);
  } else {
    if (manners_ == Manners::slow_reader) connection_->read_slowly(workload_.read_rate);
    group.spawn(pump());
    begin_pings();
    co_await hold(until);
    context_.timeline.timers().remove(ping_timer_);
  }
  const bool held = !connection_->ended();
  if (held) co_await hang_up();
  co_await group.join();
  context_.probe.in_progress(workload_.connection_task, -1);
  report_end(held);
  connection_.reset();
  free_since_ = context_.timeline.now();
}

core::Task<void> WebSocketSession::hang_up() {
  hanging_up_ = true;
  if (workload_.abrupt_hang_up) {
    connection_->abort(net::IoStatus::cancelled);
    co_return;
  }
  connection_->close(1000);
  const TimePoint give_up = context_.timeline.now() + closing_time;
  while (!connection_->ended() && !context_.timeline.killed() && context_.timeline.now() < give_up) {
    co_await changed_.wait_until(context_.timeline, give_up);
  }
  if (!connection_->ended()) connection_->abort(net::IoStatus::timed_out);
}

void WebSocketSession::report_traffic() {
  websocket::report_traffic(context_, workload_.connection_task, connection_->traffic(), reported_);
}

void WebSocketSession::report_end(bool held) {
  const core::TaskId task = workload_.connection_task;
  report_traffic();
  if (context_.timeline.killed()) return;
  if (manners_ == Manners::half_open) {
    // How such a connection ends says nothing against the target: it is a burden for the others.
    context_.probe.count(task, Counter::half_open, 1);
    if (!held) context_.probe.count(task, Counter::half_open_ended, 1);
    context_.probe.count(task, Counter::succeeded, 1);
    return;
  }
  const bool clean = connection_->clean();
  context_.probe.count(task, clean ? Counter::clean_closes : Counter::unclean_closes, 1);
  if (lost_at_) context_.probe.count(task, Counter::lost_connections, 1);
  if (held && (clean || workload_.abrupt_hang_up)) {
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
  if (!hanging_up_ && manners_ != Manners::half_open) lost_at_ = context_.timeline.now();
  changed_.notify();
}

void WebSocketSession::on_message(Opcode opcode, std::string_view payload) {
  unanswered_since_.reset();
  if (expected_ != nullptr) {
    // What nobody waits for is passed over.
    if (!take(*expected_, opcode, payload)) return;
    expected_ = nullptr;
    step_done_ = std::max(step_done_, connection_->arrived());
    changed_.notify();
    return;
  }
  if (!in_script_) return;
  while (!inbox_.empty() &&
         (inbox_.size() >= longest_inbox || inbox_bytes_ + payload.size() > largest_inbox)) {
    inbox_bytes_ -= inbox_.front().payload.size();
    inbox_.erase(inbox_.begin());
  }
  inbox_.push_back({opcode, std::string(payload)});
  inbox_bytes_ += payload.size();
}

void WebSocketSession::begin_pings() {
  ping_sent_.reset();
  unanswered_since_.reset();
  // The first ping goes out at a random point of the interval, so that users do not ping in step.
  next_ping_ = context_.timeline.now() + random_.between({}, workload_.ping_interval);
  context_.timeline.timers().add(ping_timer_, next_ping_);
}

void WebSocketSession::ping_due(core::Timer& timer, core::Wake why) {
  auto& self = static_cast<PingTimer&>(timer).session;
  if (why != core::Wake::elapsed || self.connection_->ended()) return;
  const core::Duration longest = self.workload_.pong_timeout;
  const TimePoint now = self.context_.timeline.now();
  if (longest > core::Duration::zero() && self.unanswered_since_ &&
      now - *self.unanswered_since_ >= longest) {
    // The session may be gone when this returns.
    self.connection_->give_up({Stage::deadline, 0,
                               fmt::format("WebSocket: not a word from the target for {:g} s after a ping",
                                           core::to_seconds(longest))});
    return;
  }
  if (now >= self.next_ping_) {
    self.send_ping();
  } else {
    self.context_.timeline.timers().add(timer, self.next_ping_);
  }
}

void WebSocketSession::send_ping() {
  const TimePoint now = context_.timeline.now();
  if (ping_sent_) {
    context_.probe.fail(workload_.ping_task,
                        {Stage::deadline, 0, "ping: no pong before the next ping was due"});
  }
  ++ping_sequence_;
  ping_sent_ = now;
  if (!unanswered_since_) unanswered_since_ = now;
  core::record_start(context_.probe, workload_.ping_task, next_ping_, now);
  next_ping_ += workload_.ping_interval;
  TimePoint look_again = next_ping_;
  if (workload_.pong_timeout > core::Duration::zero())
    look_again = std::min(look_again, std::max(now, *unanswered_since_ + workload_.pong_timeout));
  // Before sending: that can end the connection, and with it the session's use of this timer.
  context_.timeline.timers().add(ping_timer_, look_again);
  connection_->send(Opcode::ping, std::to_string(ping_sequence_));
}

void WebSocketSession::on_pong(std::string_view payload) {
  unanswered_since_.reset();
  if (!ping_sent_ || payload != std::to_string(ping_sequence_)) return;
  context_.probe.record(workload_.ping_task, Metric::ping_rtt,
                        std::max(connection_->arrived(), *ping_sent_) - *ping_sent_);
  context_.probe.count(workload_.ping_task, Counter::succeeded, 1);
  ping_sent_.reset();
  report_traffic();
}

core::Task<void> WebSocketSession::stay_silent(TimePoint not_after, core::TaskGroup& group) {
  const TimePoint until = std::min(context_.timeline.now() + workload_.hold, not_after);
  co_await context_.timeline.pause_until(until);
  // What the target has said and done in the meantime lies in the socket: reading it takes no time.
  group.spawn(pump());
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
    co_await exchange(next);
    if (context_.timeline.killed()) co_return;
  }
}

core::Task<void> WebSocketSession::exchange(TimePoint intended) {
  TimePoint sent_at = context_.timeline.now();
  const core::TaskId task = workload_.exchange_task;
  core::record_start(context_.probe, task, intended, sent_at, free_since_);
  variables_.next_iteration();
  in_script_ = true;
  auto failure = co_await run_script(sent_at);
  in_script_ = false;
  inbox_.clear();
  inbox_bytes_ = 0;
  if (context_.timeline.killed()) co_return;
  free_since_ = context_.timeline.now();
  const TimePoint end = failure ? free_since_ : step_done_;
  if (!failure || failure->stage == Stage::deadline) {
    context_.probe.record(task, Metric::response_time, end - intended);
    context_.probe.record(task, Metric::service_time, end - sent_at);
  }
  if (failure) {
    context_.probe.fail(task, *failure);
  } else {
    context_.probe.count(task, Counter::succeeded, 1);
  }
  report_traffic();
}

bool WebSocketSession::send(const ExchangeStep& step) {
  if (step.opcode == Opcode::text && step.text.constant())
    return connection_->send(Opcode::text, step.text.text());
  if (step.opcode == Opcode::binary && step.random_size == 0)
    return connection_->send(Opcode::binary, step.bytes);
  std::string message;
  if (step.opcode == Opcode::text) {
    step.text.render(variables_, message);
  } else {
    append_random(message, step.random_size, random_);
  }
  return connection_->send(step.opcode, message);
}

core::Task<std::optional<Failure>> WebSocketSession::run_script(TimePoint& sent_at) {
  bool sent = false;
  step_done_ = sent_at;
  for (const ExchangeStep& step : workload_.exchange) {
    variables_.draw_anew();
    switch (step.kind) {
      case ExchangeStep::Kind::send:
        if (!sent) sent_at = context_.timeline.now();
        sent = true;
        if (!send(step)) {
          co_return connection_->failure().value_or(
              Failure{Stage::write, 0, "sending: the connection is closed"});
        }
        step_done_ = context_.timeline.now();
        break;
      case ExchangeStep::Kind::expect: {
        auto failure = co_await expect(step);
        if (failure) co_return failure;
        break;
      }
      case ExchangeStep::Kind::wait:
        co_await context_.timeline.sleep_until(context_.timeline.now() + step.duration);
        step_done_ = context_.timeline.now();
        break;
      case ExchangeStep::Kind::set:
        for (const auto& [slot, value] : step.values) variables_.set(slot, value.render(variables_));
        break;
    }
  }
  co_return std::nullopt;
}

bool WebSocketSession::take(const ExchangeStep& step, Opcode opcode, std::string_view payload) {
  if (!step.matches(opcode, payload, variables_)) return false;
  core::LazyJson content(payload);
  not_found_ = core::extract(step.extract, content, variables_);
  return true;
}

bool WebSocketSession::find_in_inbox(const ExchangeStep& step) {
  const auto found = std::find_if(inbox_.begin(), inbox_.end(), [&](const Received& message) {
    return take(step, message.opcode, message.payload);
  });
  const bool any = found != inbox_.end();
  const auto rest = any ? found + 1 : found;
  for (auto passed = inbox_.begin(); passed != rest; ++passed) inbox_bytes_ -= passed->payload.size();
  inbox_.erase(inbox_.begin(), rest);
  return any;
}

core::Task<std::optional<Failure>> WebSocketSession::expect(const ExchangeStep& step) {
  not_found_.reset();
  const auto extracted = [&]() -> std::optional<Failure> {
    if (!not_found_) return std::nullopt;
    return Failure{Stage::check, 0, fmt::format("{}: {}", step.label, *not_found_)};
  };
  if (find_in_inbox(step)) {
    step_done_ = context_.timeline.now();
    co_return extracted();
  }
  const TimePoint due = context_.timeline.now() + step.duration;
  expected_ = &step;
  const auto may_come = [&] {
    return expected_ != nullptr && !connection_->ended() && !context_.timeline.killed() &&
           context_.timeline.now() < due;
  };
  while (may_come()) co_await changed_.wait_until(context_.timeline, due);
  if (std::exchange(expected_, nullptr) == nullptr) co_return extracted();
  if (connection_->ended()) {
    co_return connection_->failure().value_or(
        Failure{Stage::read, 0, step.label + ": the peer closed the connection"});
  }
  co_return Failure{Stage::deadline, 0, fmt::format("{}: no such message in time", step.label)};
}

}  // namespace soundcheck::websocket
