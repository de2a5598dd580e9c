// The part of StepRunner that keeps a user logged in.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocols/http/step_runner.hpp"

namespace soundcheck::http {

using core::Duration;

namespace {
constexpr int unauthorised = 401;
}

class StepRunner::OwnRows {
 public:
  explicit OwnRows(StepRunner& runner) : runner_(runner) {
    auto cell = runner_.own_cells_.begin();
    for_each_cell(runner_.workload_.user_draws, [&](core::Slot slot) {
      of_task_.emplace_back(runner_.variables_.get(slot));
      runner_.variables_.set(slot, *cell++);
    });
  }
  ~OwnRows() {
    auto cell = of_task_.begin();
    for_each_cell(runner_.workload_.user_draws,
                  [&](core::Slot slot) { runner_.variables_.set(slot, std::move(*cell++)); });
  }
  OwnRows(const OwnRows&) = delete;
  OwnRows& operator=(const OwnRows&) = delete;

 private:
  StepRunner& runner_;
  std::vector<std::string> of_task_;
};

bool StepRunner::may_log_in_again(const RequestStep& step) const {
  return workload_.login && !logging_in_ && requester_.answered() &&
         requester_.response().status == unauthorised && !step.status.contains(unauthorised);
}

core::Task<bool> StepRunner::log_in() {
  const OwnRows own_rows(*this);
  const Login& login = *workload_.login;
  const core::TimePoint intended = intended_;
  const bool first = !std::exchange(logged_in_, false);
  logging_in_ = true;
  intended_ = context_.timeline.now();
  const Outcome outcome = co_await run(login.steps, login.task);
  logging_in_ = false;
  logged_in_ = outcome == Outcome::done;
  if (logged_in_) {
    if (auto problem = plan_renewal()) {
      fail(login.task, std::move(*problem));
      logged_in_ = false;
    }
  }
  if (logged_in_) context_.probe.count(login.task, core::Counter::logins, 1);
  // The first login is no part of the task behind it. A request that has to wait for another one is late, and
  // its response time says so.
  intended_ = first ? context_.timeline.now() : intended;
  co_return logged_in_;
}

core::Task<bool> StepRunner::renew_login() {
  const OwnRows own_rows(*this);
  const Login& login = *workload_.login;
  bool renewed = false;
  if (!login.refresh.empty()) {
    const core::TimePoint intended = intended_;
    logging_in_ = true;
    intended_ = context_.timeline.now();
    renewed = co_await run(login.refresh, login.task) == Outcome::done && !plan_renewal();
    logging_in_ = false;
    intended_ = intended;
    if (renewed) context_.probe.count(login.task, core::Counter::logins, 1);
  }
  // What was to renew it may have ended itself.
  if (!renewed && !context_.timeline.killed()) renewed = co_await log_in();
  co_return renewed;
}

std::optional<std::string> StepRunner::plan_renewal() {
  const Login& login = *workload_.login;
  Duration good_for = login.every;
  const std::string seconds = login.expires_in.render(variables_);
  if (!seconds.empty() || !login.expires_in.constant()) {
    const auto number = core::number_of(seconds);
    if (!number || *number <= 0) return "login: expires_in is not a number of seconds";
    good_for = core::from_seconds(std::min(*number, 1e8));
  }
  renewal_due_ = core::TimePoint::max();
  if (good_for > Duration::zero())
    renewal_due_ = context_.timeline.now() + std::max(good_for - login.before, good_for / 2);
  return std::nullopt;
}

}  // namespace soundcheck::http
