#include "runner/app/live_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "protocols/net/loop.hpp"

namespace soundcheck::app {

namespace {

constexpr core::Duration second = std::chrono::seconds(1);
/// Between making the fleet and the schedule's first moment: threads start in less.
constexpr core::Duration head_start = std::chrono::milliseconds(20);
/// A tick may come this much after the second that it ends.
constexpr double moment_late = 0.5;  // s

report::ProcessResult ourselves() {
  report::ProcessResult process;
  process.pid = ::getpid();
  process.how_found = "this process";
  return process;
}

}  // namespace

LiveRun::LiveRun(const Host& host, const plan::Plan& plan, Target& target, report::ProcessResult watched,
                 std::uint32_t threads)
    : plan_(plan),
      target_(target),
      aggregator_(plan.tasks),
      target_watch_(std::move(watched)),
      self_watch_(ourselves()),
      fleet_(plan, threads),
      progress_(host, plan, aggregator_),
      run_(plan, fleet_, aggregator_,
           [this](double at, const metrics::Snapshot& snapshot) { on_second(at, snapshot); }) {}

void LiveRun::until_the_end(StopSignals& signals) {
  const core::TimePoint t0 = net::Loop::clock() + head_start;
  target_watch_.sample(0);
  self_watch_.sample(0);
  run_.start(t0);
  for (std::int64_t k = 1;;) {
    if (signals.wait_until(t0 + k * second)) {
      progress_.say(run_.interrupted() ? "stopping now"
                                       : "stopping: waiting for what is in progress (again to stop at once)");
      run_.interrupt();
      continue;
    }
    if (!run_.tick(net::Loop::clock())) break;
    ++k;
  }
  progress_.finish();
}

void LiveRun::on_second(double at, const metrics::Snapshot& snapshot) {
  target_watch_.sample(at);
  self_watch_.sample(at);
  report_exit_of_target(at);
  const CpuMark mark{at, fleet_.health().busiest_shard_cpu_seconds};
  if (at <= core::to_seconds(plan_.warm_up) + moment_late) warm_ = mark;
  // The drain phase would dilute the share.
  if (load_.at == 0 || at <= core::to_seconds(plan_.duration) + moment_late) load_ = mark;
  progress_.show(at, snapshot, target_watch_.rss_bytes(), run_.interrupted());
}

void LiveRun::report_exit_of_target(double at) {
  if (!target_.child || !target_watch_.result().exit.empty()) return;
  const auto exit = target_.child->poll_exit();
  if (!exit) return;
  target_watch_.result().exit = *exit;
  progress_.say(
      fmt::format("the reference agent (pid {}) {} after {:.0f} s", target_.child->pid(), *exit, at));
}

double LiveRun::busiest_shard_cpu() const {
  return load_.at > warm_.at ? (load_.seconds - warm_.seconds) / (load_.at - warm_.at) : 0;
}

}  // namespace soundcheck::app
