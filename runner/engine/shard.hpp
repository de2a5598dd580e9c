// One thread with one event loop and its share of the users. Control thread calls the members; the loop's
// thread does the work.
#pragma once

#include <atomic>
#include <exception>
#include <thread>

#include "protocols/net/loop.hpp"
#include "runner/engine/workforce.hpp"
#include "runner/metrics/recorder.hpp"

namespace soundcheck::engine {

class Shard {
 public:
  /// The plan outlives it.
  Shard(const plan::Plan& plan, shape::Share share, net::IdleStrategy idle_strategy);
  /// Kills what is left and joins the thread.
  ~Shard();

  void start(core::TimePoint t0);
  void drain();
  void kill();
  metrics::Snapshot collect();
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  /// CPU time so far; of one that spins, the time that it had work.
  double busy_seconds() const;
  /// Only once finished.
  std::size_t cut_off() const { return workforce_.cut_off(); }
  std::exception_ptr error() const { return workforce_.error(); }

 private:
  core::Task<void> watch();

  const net::IdleStrategy idle_strategy_;
  net::Loop loop_;
  metrics::Recorder recorder_;
  Workforce workforce_;
  core::TaskGroup watcher_;
  std::atomic<bool> finished_{false};
  bool stopping_ = false;  ///< loop's thread: the destructor waits for the last user
  core::TimePoint started_{};
  std::thread thread_;
};

}  // namespace soundcheck::engine
