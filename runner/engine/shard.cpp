#include "runner/engine/shard.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

#include <ctime>
#include <future>
#include <utility>

namespace soundcheck::engine {

Shard::Shard(const plan::Plan& plan, shape::Share share, net::IdleStrategy idle_strategy)
    : idle_strategy_(idle_strategy),
      loop_(idle_strategy),
      recorder_(plan.tasks.size()),
      workforce_(plan, share, loop_, loop_, recorder_, [this] { loop_.kill_all(); }) {
  loop_.on_timer_served = [this](core::Duration late) { recorder_.loop_lag(late.count() / 1000); };
}

Shard::~Shard() {
  if (!thread_.joinable()) return;
  loop_.post([this] {
    stopping_ = true;
    loop_.kill_all();
    if (finished()) loop_.stop();
  });
  thread_.join();
}

void Shard::start(core::TimePoint t0) {
  started_ = net::Loop::clock();
  thread_ = std::thread([this, t0] {
    // The kernel may let timers of a thread run 50 us late to save power; a pacer wants them on time.
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
#ifndef __SANITIZE_THREAD__  // it thinks that a process has one table, and sees races where numbers agree
    // A descriptor table of its own: the limit on open files (RLIMIT_NOFILE) then holds for each shard and
    // not for the process. Where that is not allowed the shards go on sharing one.
    ::unshare(CLONE_FILES);
#endif
    workforce_.start(t0);
    watcher_.spawn(watch());
    loop_.run();
  });
}

core::Task<void> Shard::watch() {
  co_await workforce_.join();
  finished_.store(true, std::memory_order_release);
  if (stopping_) loop_.stop();
}

void Shard::drain() {
  loop_.post([this] { workforce_.drain(); });
}

void Shard::kill() {
  loop_.post([this] { loop_.kill_all(); });
}

metrics::Snapshot Shard::collect() {
  std::promise<metrics::Snapshot> promise;
  auto future = promise.get_future();
  loop_.post([this, &promise] { promise.set_value(recorder_.take()); });
  return future.get();
}

double Shard::busy_seconds() const {
  if (!thread_.joinable()) return 0;
  if (idle_strategy_ == net::IdleStrategy::spin)
    return core::to_seconds(net::Loop::clock() - started_ - loop_.idle_time());
  clockid_t clock = 0;
  timespec t{};
  auto handle = const_cast<std::thread&>(thread_).native_handle();
  if (::pthread_getcpuclockid(handle, &clock) != 0 || ::clock_gettime(clock, &t) != 0) return 0;
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

}  // namespace soundcheck::engine
