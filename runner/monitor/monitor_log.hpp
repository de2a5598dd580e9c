// Collects what one monitor says over a run: its series, and each kind of trouble once with its count.
// Bounded whatever the monitor says. Control thread only.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/metrics/monitor_record.hpp"
#include "runner/monitor/monitor.hpp"

namespace soundcheck::monitor {

/// A sample among those of all monitors of a run.
struct MonitorSample {
  std::size_t monitor = 0;  ///< its index
  double at = 0;            ///< seconds from the start of the run
  Reading reading;
};

class MonitorLog {
 public:
  /// `monitor` says which one it is and which series it has, without samples.
  explicit MonitorLog(metrics::MonitorRecord monitor) : record_(std::move(monitor)) {}

  /// Returns the troubles that are new, to be said at once. `at_seconds` ascends.
  std::vector<std::string> add(double at_seconds, const Reading& reading);
  /// The run is over after so many seconds: counts what was missed.
  void finish(double run_seconds);

  const metrics::MonitorRecord& record() const { return record_; }

  /// Different texts beyond so many are counted together.
  static constexpr std::size_t most_troubles = 10;

 private:
  /// Whether it is new.
  bool note(double at_seconds, const std::string& text);

  metrics::MonitorRecord record_;
};

}  // namespace soundcheck::monitor
