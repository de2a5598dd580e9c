// A monitor on a thread of its own: takes its samples when they are due and hands them over whole. However
// long a sample takes, nobody waits for it but the end of the run. Made, started, asked and stopped by the
// control thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runner/monitor/monitor.hpp"

namespace soundcheck::monitor {

struct TimedReading {
  core::TimePoint at;  ///< when it was asked for
  Reading reading;
};

class MonitorThread {
 public:
  /// `timeout`: of one sample. `clock` says what time it is; it is called on the monitor's thread.
  MonitorThread(std::unique_ptr<Monitor> monitor, core::Duration every, core::Duration timeout,
                std::function<core::TimePoint()> clock);
  ~MonitorThread();
  MonitorThread(const MonitorThread&) = delete;
  MonitorThread& operator=(const MonitorThread&) = delete;

  /// The first sample is due at `start`.
  void start(core::TimePoint start);
  /// Those taken since the last call; returns at once.
  std::vector<TimedReading> take();
  /// No further sample begins.
  void end();
  /// end(), then waits for the sample that is being taken: at most `timeout`, but for the resolver.
  void stop();

  /// Readings that nobody takes are dropped beyond so many, oldest first.
  static constexpr std::size_t most_waiting = 1'000;
  /// Bytes of a trouble's text; the rest is cut off. What a server says has any length, and a run keeps it.
  static constexpr std::size_t longest_trouble = 400;

 private:
  void run(core::TimePoint start);
  /// False once there is an end.
  bool wait_until(core::TimePoint due);

  const std::unique_ptr<Monitor> monitor_;
  const core::Duration every_;
  const core::Duration timeout_;
  const std::function<core::TimePoint()> clock_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;                   // guarded by mutex_
  std::vector<TimedReading> waiting_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace soundcheck::monitor
