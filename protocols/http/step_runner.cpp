#include "protocols/http/step_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "protocols/core/session.hpp"
#include "protocols/http/check.hpp"
#include "protocols/http/content_decoder.hpp"

namespace soundcheck::http {

using core::Counter;
using core::Failure;
using core::Metric;
using core::Stage;
using core::TaskId;
using core::TimePoint;

StepRunner::StepRunner(const Workload& workload, const net::UserContext& context,
                       std::shared_ptr<Feeders> feeders)
    : workload_(workload),
      context_(context),
      requester_(workload, context),
      variables_(context.seed, context.user, context.timeline),
      random_(~context.seed, context.user),
      feeders_(std::move(feeders)) {
  if (!workload_.given.empty()) variables_.assign(workload_.given);
  if (feeders_) used_up_ = feeders_->draw(workload_.user_draws, variables_);
  for_each_cell(workload_.user_draws,
                [&](core::Slot slot) { own_cells_.emplace_back(variables_.get(slot)); });
  set(workload_.variables);
}

core::Task<Outcome> StepRunner::run_task(const Task& task, TimePoint intended) {
  variables_.next_iteration();
  for (const core::Slot slot : task.own) variables_.clear(slot);
  if (task.may_stop) context_.probe.count(task.id, Counter::attempts, 1);
  if (feeders_ && used_up_ == nullptr) used_up_ = feeders_->draw(task.draws, variables_);
  if (used_up_ != nullptr) {
    context_.probe.skip(task.id, fmt::format("all rows of {} are used up", used_up_->name));
    co_return Outcome::stopped;
  }
  intended_ = intended;
  last_answer_.reset();
  requester_.begin_task();
  Outcome outcome = Outcome::failed;
  const bool ready = !workload_.login || logged_in_ || co_await log_in();
  if (ready) outcome = co_await run(task.steps, task.id);
  free_since_ = context_.timeline.now();
  co_return outcome;
}

core::Task<Outcome> StepRunner::run_steps(const std::vector<Step>& steps, TaskId task, TimePoint intended) {
  intended_ = intended;
  return run(steps, task);
}

core::Task<Outcome> StepRunner::run(const std::vector<Step>& steps, TaskId task) {
  for (const Step& step : steps) {
    Outcome outcome = Outcome::done;
    variables_.draw_anew();
    if (const auto* asked = std::get_if<RequestStep>(&step)) {
      outcome = co_await request(*asked, task, nullptr);
    } else if (const auto* wait = std::get_if<PauseStep>(&step)) {
      outcome = co_await pause(*wait);
    } else if (const auto* assignment = std::get_if<SetStep>(&step)) {
      set(*assignment);
    } else if (const auto* stop = std::get_if<StopStep>(&step)) {
      context_.probe.skip(task, stop->reason);
      outcome = Outcome::stopped;
    } else if (const auto* polled = std::get_if<PollStep>(&step)) {
      outcome = co_await poll(*polled, task);
    } else if (const auto* choice = std::get_if<WhenStep>(&step)) {
      outcome = co_await choose(*choice, task);
    } else {
      outcome = co_await repeat(std::get<RepeatStep>(step), task);
    }
    if (outcome != Outcome::done) co_return outcome;
  }
  co_return Outcome::done;
}

core::Task<Outcome> StepRunner::request(const RequestStep& step, TaskId task, Poll* poll) {
  if (context_.timeline.now() >= renewal_due_ && !logging_in_ && !co_await renew_login())
    co_return context_.timeline.killed() ? Outcome::killed : Outcome::failed;
  const TaskId counted = step.counted_under.value_or(task);
  TimePoint start = context_.timeline.now();
  core::record_start(context_.probe, counted, intended_, start, free_since_);
  auto failure = co_await requester_.send(step, counted, variables_);
  if (!failure) failure = judge_answer(step, start);
  if (failure && may_log_in_again(step)) {
    requester_.release();
    if (co_await log_in()) {
      start = context_.timeline.now();
      failure = co_await requester_.send(step, counted, variables_);
      if (!failure) failure = judge_answer(step, start);
    }
  }
  if (poll != nullptr) poll->next = std::max(poll->next + poll->step.every, context_.timeline.now());
  if (!failure && poll != nullptr) failure = judge_poll(*poll, step);
  requester_.release();
  if (failure && context_.timeline.killed()) co_return Outcome::killed;

  if (requester_.answered()) {
    record_answer(counted, start);
    intended_ = requester_.exchange().last_byte;
    last_answer_ = intended_;
  } else {
    // What the user waited is part of the distribution; leaving timeouts out would flatter the target.
    const TimePoint end = context_.timeline.now();
    if (failure && failure->stage == Stage::deadline) record_times(counted, start, end);
    intended_ = end;
  }
  if (failure) {
    context_.probe.fail(counted, *failure);
    co_return step.goes_on ? Outcome::done : Outcome::failed;
  }
  context_.probe.count(counted, Counter::succeeded, 1);
  co_return Outcome::done;
}

void StepRunner::record_times(TaskId task, TimePoint start, TimePoint end) {
  context_.probe.record(task, Metric::response_time, end - intended_);
  context_.probe.record(task, Metric::service_time, end - start);
}

void StepRunner::record_answer(TaskId task, TimePoint start) {
  const Exchange& exchange = requester_.exchange();
  record_times(task, start, exchange.last_byte);
  context_.probe.record(task, Metric::first_byte_time, exchange.first_byte - exchange.sent);
  context_.probe.record(task, Metric::transfer_time, exchange.last_byte - exchange.first_byte);
}

std::optional<Failure> StepRunner::judge_answer(const RequestStep& step, TimePoint start) {
  const Response& response = requester_.response();
  const core::Duration service_time = requester_.exchange().last_byte - start;
  const CookieJar& jar = requester_.cookies();
  if (TokenStream* stream = requester_.stream(); stream != nullptr && step.status.contains(response.status)) {
    if (auto failure = stream->end(response)) return failure;
    return judge(step, response, stream->text(), service_time, jar, variables_);
  }
  if (!step.wants_body() || response.content_encoding.empty() || response.body.empty())
    return judge(step, response, response.body, service_time, jar, variables_);
  const bool cut = response.body_size > response.body.size();
  auto decoded = decode_content(response.content_encoding, response.body, cut, workload_.max_body);
  if (auto* broken = std::get_if<Failure>(&decoded)) {
    broken->text = fmt::format("{}: {}", step.request.label(), broken->text);
    return std::move(*broken);
  }
  return judge(step, response, std::get<std::string>(decoded), service_time, jar, variables_);
}

Outcome StepRunner::fail(TaskId task, std::string text) {
  context_.probe.count(task, Counter::started, 1);
  context_.probe.fail(task, {Stage::check, 0, std::move(text)});
  return Outcome::failed;
}

void StepRunner::set(const SetStep& step) {
  for (const auto& [slot, value] : step.values) {
    variables_.draw_anew();
    variables_.set(slot, value.render(variables_));
  }
}

core::Task<Outcome> StepRunner::pause(const PauseStep& step) {
  intended_ = std::max(intended_, context_.timeline.now()) + step.length.draw(random_);
  co_await context_.timeline.pause_until(intended_);
  // A run that drains cuts pauses short.
  intended_ = std::min(intended_, context_.timeline.now());
  co_return context_.timeline.killed() ? Outcome::killed : Outcome::done;
}

core::Task<Outcome> StepRunner::choose(const WhenStep& step, TaskId task) {
  const core::Truth truth = step.condition.holds(variables_);
  if (!truth.problem.empty())
    co_return fail(task, fmt::format("when: {} cannot be judged: {}", step.condition.text(), truth.problem));
  co_return co_await run(truth.holds ? step.steps : step.otherwise, task);
}

core::Task<Outcome> StepRunner::repeat(const RepeatStep& step, TaskId task) {
  const auto count = core::number_of(step.count.render(variables_));
  if (!count || *count < 0 || std::floor(*count) != *count)
    co_return fail(task, "repeat: the count is not a whole number");
  const auto rounds = std::min(step.at_most, static_cast<std::uint64_t>(*count));
  const std::string outer(variables_.get(step.index));
  Outcome outcome = Outcome::done;
  for (std::uint64_t i = 0; i < rounds && outcome == Outcome::done; ++i) {
    variables_.set(step.index, fmt::format("{}", i));
    const core::Truth truth = step.condition.holds(variables_);
    if (!truth.problem.empty())
      co_return fail(task,
                     fmt::format("while: {} cannot be judged: {}", step.condition.text(), truth.problem));
    if (!truth.holds) break;
    outcome = co_await run(step.steps, task);
    if (context_.timeline.killed()) outcome = Outcome::killed;
  }
  variables_.set(step.index, outer);
  co_return outcome;
}

core::Task<Outcome> StepRunner::poll(const PollStep& step, TaskId task) {
  const TimePoint begin = context_.timeline.now();
  const TimePoint since = last_answer_.value_or(begin);
  Poll state{step, begin, begin + step.within, false};
  for (;;) {
    variables_.draw_anew();
    const Outcome outcome = co_await request(step.request, task, &state);
    if (outcome != Outcome::done) co_return outcome;
    if (state.fulfilled) {
      const TaskId counted = step.request.counted_under.value_or(task);
      context_.probe.record(counted, Metric::completion_time, requester_.exchange().last_byte - since);
      co_return Outcome::done;
    }
    if (state.next >= state.due) co_return Outcome::done;  // it failed, and the task goes on
    co_await context_.timeline.sleep_until(state.next);
    if (context_.timeline.killed()) co_return Outcome::killed;
    intended_ = state.next;
  }
}

std::optional<Failure> StepRunner::judge_poll(Poll& poll, const RequestStep& step) {
  const core::Expression& until = poll.step.until;
  const core::Truth truth = until.holds(variables_);
  if (!truth.problem.empty()) {
    return Failure{
        Stage::check, 0,
        fmt::format("{}: {} cannot be judged: {}", step.request.label(), until.text(), truth.problem)};
  }
  poll.fulfilled = truth.holds;
  if (truth.holds || poll.next < poll.due) return std::nullopt;
  return Failure{Stage::deadline, 0,
                 fmt::format("{}: {} was not reached within {:g}s; at last {}", step.request.label(),
                             until.text(), core::to_seconds(poll.step.within), until.explain(variables_))};
}

}  // namespace soundcheck::http
