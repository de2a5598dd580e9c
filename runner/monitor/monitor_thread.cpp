#include "runner/monitor/monitor_thread.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "runner/monitor/sample_schedule.hpp"

namespace soundcheck::monitor {

namespace {

void cut(std::string& text) {
  constexpr std::string_view more = "...";
  if (text.size() <= MonitorThread::longest_trouble) return;
  std::size_t end = MonitorThread::longest_trouble - more.size();
  const auto inside_character = [&] { return (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; };
  while (end > 0 && inside_character()) --end;
  text.replace(end, std::string::npos, more);
}

}  // namespace

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
    for (Trouble& trouble : taken.reading.troubles) cut(trouble.text);
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
