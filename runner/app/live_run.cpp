#include "runner/app/live_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "protocols/net/loop.hpp"
#include "runner/app/descriptor_limit.hpp"
#include "runner/report/text.hpp"

namespace soundcheck::app {

namespace {

/// At the target's memory: a garbage collector's trough lies between two samples.
constexpr std::int64_t looks_a_second = 10;
constexpr core::Duration between_looks = std::chrono::milliseconds(100);
/// Planned starts like round moments. Where all of us share one core a look there would delay each time the
/// same ones.
constexpr core::Duration after_round_moments = std::chrono::microseconds(2'700);
/// Between making the fleet and the schedule's first moment: threads start in less.
constexpr core::Duration head_start = std::chrono::milliseconds(20);

report::ProcessResult ourselves() {
  report::ProcessResult process;
  process.pid = ::getpid();
  process.how_found = "this process";
  return process;
}

}  // namespace

LiveRun::LiveRun(const Host& host, const plan::Plan& plan, const profile::System& system,
                 std::vector<monitor::MadeMonitor> monitors, Target& target, report::ProcessResult watched,
                 std::uint32_t threads, net::IdleStrategy idle_strategy)
    : plan_(plan),
      target_(target),
      aggregator_(plan.tasks),
      target_watch_(std::move(watched)),
      self_watch_(ourselves()),
      fleet_(plan, threads, idle_strategy),
      progress_(host, plan, aggregator_),
      run_(plan, fleet_, aggregator_,
           [this](double at, const metrics::Snapshot& snapshot) { on_second(at, snapshot); }),
      generator_(core::to_seconds(plan.warm_up)),
      monitors_(system.monitors, std::move(monitors)),
      objectives_(system.objectives, aggregator_.tasks(),
                  {core::to_seconds(plan.warm_up), core::to_seconds(plan.duration)}) {}

void LiveRun::until_the_end(StopSignals& signals, RunJournal* journal) {
  journal_ = journal;
  const core::TimePoint t0 = net::Loop::clock() + head_start;
  target_watch_.sample(0);
  self_watch_.sample(0);
  run_.start(t0);
  monitors_.start(t0);
  look_and_journal(0, {});
  for (std::int64_t k = 1;;) {
    const bool whole_second = k % looks_a_second == 0;
    const core::Duration offset = whole_second ? core::Duration::zero() : after_round_moments;
    if (signals.wait_until(t0 + k * between_looks + offset)) {
      const bool again = run_.interrupted() || run_.ended_early();
      progress_.say(run_.cooling_down() ? "ending the cool-down; the load was complete"
                    : again             ? "stopping now"
                            : "stopping: waiting for what is in progress (again to stop at once)");
      run_.interrupt(net::Loop::clock());
      continue;
    }
    if (!whole_second) {
      target_watch_.look();
    } else if (!run_.tick(net::Loop::clock())) {
      break;
    }
    ++k;
  }
  last_samples_ = monitors_.finish(run_.elapsed_seconds());
  progress_.finish();
}

void LiveRun::on_second(double at, const metrics::Snapshot& snapshot) {
  target_watch_.sample(at);
  self_watch_.sample(at);
  report_exit_of_target(at);
  look_and_journal(at, snapshot);
  const auto seen = target_watch_.last();
  progress_.show(at, snapshot, seen ? std::optional(seen->rss_bytes) : std::nullopt,
                 run_.cooling_down()                        ? Progress::Phase::cool_down
                 : run_.interrupted() || run_.ended_early() ? Progress::Phase::ending
                                                            : Progress::Phase::planned);
  watch_objectives(at, snapshot);
}

void LiveRun::look_and_journal(double at, const metrics::Snapshot& snapshot) {
  const GeneratorSample generator = watch_generator(at);
  const ProcessLooks looks{at, target_watch_.last(), self_watch_.last(), target_watch_.result().no_data,
                           used_descriptors_};
  MonitorNews news = monitors_.look(looks);
  for (const std::string& trouble : news.troubles) progress_.say(report::printable(trouble));
  if (journal_ == nullptr) return;
  journal_->add({at, run_.load_seconds(), looks.target, looks.own, generator, std::move(news.samples)},
                snapshot);
}

GeneratorSample LiveRun::watch_generator(double at) {
  const auto limit = raise_descriptor_limit();
  used_descriptors_ = monitor::most_descriptors(::getpid());
  std::optional<std::uint64_t> left;
  if (limit && used_descriptors_) left = *limit - std::min(*limit, *used_descriptors_);
  const GeneratorSample sample{at, fleet_.health().shard_cpu_seconds, monitor::read_machine(), left};
  generator_.add(sample, run_.load_seconds());
  return sample;
}

void LiveRun::watch_objectives(double at, const metrics::Snapshot& snapshot) {
  objectives_.add_second(at, snapshot, run_.load_seconds());
  const auto& abort = objectives_.abort();
  if (!abort || run_.ended_early() || run_.interrupted()) return;
  progress_.say(
      fmt::format("stopping: the objective \"{}\" is past its last bound after {:.0f} s; waiting for "
                  "what is in progress",
                  report::printable(abort->objective), abort->at));
  run_.end_early();
}

void LiveRun::report_exit_of_target(double at) {
  if (!target_.child || !target_watch_.result().exit.empty()) return;
  const auto exit = target_.child->poll_exit();
  if (!exit) return;
  target_watch_.result().exit = *exit;
  progress_.say(
      fmt::format("the reference agent (pid {}) {} after {:.0f} s", target_.child->pid(), *exit, at));
}

}  // namespace soundcheck::app
