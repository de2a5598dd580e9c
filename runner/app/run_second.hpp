// What one second of a run showed beside its snapshot, and how the run ended: what the journal keeps. Plain
// data, control thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/app/generator_watch.hpp"
#include "runner/monitor/monitor_log.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

struct RunSecond {
  double at = 0;  ///< its end, from the start of the run; 0: before the first second, nothing but looks
  double load_seconds = 0;  ///< how long new work was started so far
  std::optional<report::ProcessSample> target, own;
  GeneratorSample generator;
  std::vector<monitor::MonitorSample> monitored{};  ///< what came since the second before
};

struct RunEnd {
  bool interrupted = false;
  bool ended_early = false;                         ///< by an objective
  std::string target_exit;                          ///< how an embedded target ended by itself
  std::string target_no_data;                       ///< why it could not be watched any more
  std::vector<std::string> notes;                   ///< beside those of the header
  std::vector<monitor::MonitorSample> monitored{};  ///< what came after the last second
};

}  // namespace soundcheck::app
