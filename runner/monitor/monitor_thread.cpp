#include "runner/monitor/monitor_thread.hpp"

#include <utility>

#include "runner/monitor/sample_schedule.hpp"

namespace soundcheck::monitor {

MonitorThread::MonitorThread(std::unique_ptr<Monitor> monitor, core::Duration every, core::Duration timeout,
                             std::function<core::TimePoint()> clock)
    : monitor_(std::move(monitor)), every_(every), timeout_(timeout), clock_(std::move(clock)) {}

MonitorThread::~MonitorThread() { stop(); }

void MonitorThread::start(core::TimePoint start) {
  thread_ = std::thread([this, start] { run(start); });
}

std::vector<TimedReading> MonitorThread::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void MonitorThread::end() {
  const std::lock_guard lock(mutex_);
  end_ = true;
  ended_.notify_all();
}

void MonitorThread::stop() {
  end();
  if (thread_.joinable()) thread_.join();
}

void MonitorThread::run(core::TimePoint start) {
  SampleSchedule schedule(start, every_);
  while (wait_until(schedule.due())) {
    const core::TimePoint now = clock_();
    TimedReading taken{now, monitor_->sample(now, now + timeout_)};
    schedule.taken(clock_());
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting) waiting_.erase(waiting_.begin());
    waiting_.push_back(std::move(taken));
  }
}

bool MonitorThread::wait_until(core::TimePoint due) {
  std::unique_lock lock(mutex_);
  for (core::TimePoint now = clock_(); now < due && !end_; now = clock_()) ended_.wait_for(lock, due - now);
  return !end_;
}

}  // namespace soundcheck::monitor
