#include "protocols/http/http_session.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace soundcheck::http {

using core::Counter;
using core::Failure;
using core::Metric;
using core::Stage;
using core::TimePoint;

HttpSession::HttpSession(const Workload& workload, const net::UserContext& context)
    : workload_(workload), context_(context), random_(context.seed, context.user) {
  for (const Task& task : workload_.tasks) total_weight_ += task.weight;
}

const Task& HttpSession::pick_task() {
  std::uint64_t ticket = random_.below(total_weight_);
  for (const Task& task : workload_.tasks) {
    if (ticket < task.weight) return task;
    ticket -= task.weight;
  }
  return workload_.tasks.back();
}

void HttpSession::set_builtin_variables() {
  variables_.set("user_id", std::to_string(context_.user));
  variables_.set("iteration", std::to_string(iteration_));
  variables_.set("timestamp", std::to_string(context_.timeline.now().time_since_epoch().count() / 1'000'000));
  const std::uint64_t a = random_.next();
  const std::uint64_t b = random_.next();
  // RFC 9562 version 4: random but for the version and variant bits.
  variables_.set("uuid", fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff,
                                     a & 0xfff, 0x8000 | ((b >> 48) & 0x3fff), b & 0xffffffffffff));
}

core::Duration HttpSession::think_time() {
  const core::Duration pause = workload_.think_time.draw(random_);
  return refused_ ? std::max(pause, core::pause_after_refusal) : pause;
}

core::Task<void> HttpSession::run_one(TimePoint intended, TimePoint) {
  // Users are counted under the first task: they belong to the subsystem, and do any of its tasks.
  if (!counted_) context_.probe.in_progress(workload_.tasks.front().id, 1);
  counted_ = true;
  const Task& task = pick_task();
  ++iteration_;
  bool variables_set = false;
  for (const Step& step : task.steps) {
    if (!step.request.constant() && !variables_set) {
      set_builtin_variables();
      variables_set = true;
    }
    const bool ok = co_await run_step(task, step, intended);
    if (!ok) break;
    intended = context_.timeline.now();
  }
}

core::Task<bool> HttpSession::run_step(const Task& task, const Step& step, TimePoint intended) {
  const TimePoint start = context_.timeline.now();
  core::record_start(context_.probe, task.id, intended, start);
  const std::string_view bytes = step.request.render(variables_, request_buffer_);

  const bool was_reused = channel_ && reused_;
  std::optional<Failure> failure = co_await exchange(task, step, start, bytes);
  // A kept connection may have been closed by the target in the meantime: not an answer to this request, so
  // an idempotent one is sent again, once, on a fresh connection (RFC 9112, 9.3.1).
  if (failure && was_reused && !parser_.got_anything() && failure->stage != Stage::deadline &&
      step.request.idempotent() && !cancelled_) {
    failure = co_await exchange(task, step, start, bytes);
  }
  if (cancelled_) co_return false;

  const TimePoint end = context_.timeline.now();
  if (!failure) {
    failure = judge(step, parser_.status(), parser_.body(), variables_);
    context_.probe.record(task.id, Metric::response_time, end - intended);
    context_.probe.record(task.id, Metric::service_time, end - start);
    context_.probe.record(task.id, Metric::first_byte_time, first_byte_ - start);
  } else {
    disconnect();
    if (failure->stage == Stage::deadline) {
      // What the user waited is part of the distribution; leaving timeouts out would flatter the target.
      context_.probe.record(task.id, Metric::response_time, end - intended);
      context_.probe.record(task.id, Metric::service_time, end - start);
    }
  }
  if (failure) {
    context_.probe.fail(task.id, *failure);
    co_return false;
  }
  context_.probe.count(task.id, Counter::succeeded, 1);
  co_return true;
}

core::Task<std::optional<Failure>> HttpSession::dial(const Task& task, TimePoint deadline) {
  const TimePoint start = context_.timeline.now();
  auto connected =
      co_await net::connect(context_.network, context_.timeline, context_.endpoint, context_.user, deadline);
  refused_ = std::holds_alternative<Failure>(connected);
  if (auto* failure = std::get_if<Failure>(&connected)) {
    cancelled_ = context_.timeline.killed();
    co_return std::move(*failure);
  }
  channel_ = std::move(std::get<net::Connected>(connected).channel);
  deadline_.emplace(context_.timeline, *channel_);
  reused_ = false;
  context_.probe.record(task.id, Metric::connect_time, context_.timeline.now() - start);
  context_.probe.count(task.id, Counter::connections, 1);
  if (ever_connected_) context_.probe.count(task.id, Counter::reconnects, 1);
  ever_connected_ = true;
  co_return std::nullopt;
}

core::Task<std::optional<Failure>> HttpSession::exchange(const Task& task, const Step& step, TimePoint start,
                                                         std::string_view bytes) {
  const TimePoint due = start + workload_.timeout;
  if (!channel_) {
    if (auto failure = co_await dial(task, due)) co_return failure;
  }
  parser_.start(step.request.head(), step.wants_body());
  deadline_->set(due);
  net::IoResult result;
  std::string_view left = bytes;
  while (!left.empty()) {
    result = co_await net::write_some(*channel_, left);
    if (result.status != net::IoStatus::ok) {
      cancelled_ = net::cancelled(result);
      Failure failure = net::to_failure(result, Stage::write, step.request.label());
      disconnect();
      co_return failure;
    }
    left.remove_prefix(result.bytes);
  }
  context_.probe.count(task.id, Counter::bytes_sent, static_cast<std::int64_t>(bytes.size()));

  const std::span<char> scratch = context_.network.scratch();
  auto progress = ResponseParser::Progress::need_more;
  while (progress == ResponseParser::Progress::need_more) {
    result = co_await net::read_some(*channel_, scratch);
    if (result.status == net::IoStatus::ok) {
      if (!parser_.got_anything()) first_byte_ = context_.timeline.now();
      context_.probe.count(task.id, Counter::bytes_received, static_cast<std::int64_t>(result.bytes));
      progress = parser_.feed(scratch.first(result.bytes));
    } else if (result.status == net::IoStatus::end) {
      progress = parser_.end_of_stream();
      if (progress == ResponseParser::Progress::broken) {
        disconnect();
        co_return Failure{Stage::read, 0, fmt::format("{}: {}", step.request.label(), parser_.problem())};
      }
    } else {
      cancelled_ = net::cancelled(result);
      Failure failure = net::to_failure(result, Stage::read, step.request.label());
      disconnect();
      co_return failure;
    }
  }
  deadline_->clear();
  reused_ = true;
  if (progress == ResponseParser::Progress::broken) {
    disconnect();
    co_return Failure{Stage::protocol, 0, fmt::format("{}: {}", step.request.label(), parser_.problem())};
  }
  if (!parser_.keep_alive()) disconnect();
  co_return std::nullopt;
}

void HttpSession::disconnect() {
  deadline_.reset();
  channel_.reset();
}

void HttpSession::close() {
  disconnect();
  if (counted_) context_.probe.in_progress(workload_.tasks.front().id, -1);
  counted_ = false;
}

}  // namespace soundcheck::http
