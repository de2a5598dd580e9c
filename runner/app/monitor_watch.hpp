// All monitors of a run: the two that every run has, the target's process and our own, and those of the
// system file, each on a thread of its own. Collects what they saw once a second and never waits for them
// before the end. Control thread only.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "runner/metrics/monitor_record.hpp"
#include "runner/monitor/make_monitor.hpp"
#include "runner/monitor/monitor_log.hpp"
#include "runner/monitor/monitor_thread.hpp"
#include "runner/profile/monitor_system.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

/// Those of a system, or what is wrong with them, a line each. Asks nobody yet.
std::variant<std::vector<monitor::MadeMonitor>, std::string> make_monitors(
    const std::vector<profile::Monitor>& settings);

/// What a second showed of the two processes that every run watches.
struct ProcessLooks {
  double at = 0;  ///< seconds from the start of the run
  std::optional<report::ProcessSample> target, own;
  std::string target_no_data;  ///< why there is no sample of it
  std::optional<std::uint64_t> own_descriptors;
};

/// What came since the last second.
struct MonitorNews {
  std::vector<monitor::MonitorSample> samples;
  std::vector<std::string> troubles;  ///< new ones, to be said at once
};

class MonitorWatch {
 public:
  /// `made` are those of `settings`, in this order.
  MonitorWatch(std::span<const profile::Monitor> settings, std::vector<monitor::MadeMonitor> made);

  void start(core::TimePoint t0);
  MonitorNews look(const ProcessLooks& processes);
  /// The run is over. Waits for samples in progress, at most as long as the longest timeout, and returns
  /// them.
  std::vector<monitor::MonitorSample> finish(double run_seconds);

  /// The target, the generator, then the others as the system has them.
  std::vector<metrics::MonitorRecord> records() const;

 private:
  void add(monitor::MonitorSample sample, MonitorNews& news);
  void take(MonitorNews& news);

  core::TimePoint t0_;
  std::vector<monitor::MonitorLog> logs_;
  std::deque<monitor::MonitorThread> threads_;  // one for each log but the first two
};

}  // namespace soundcheck::app
