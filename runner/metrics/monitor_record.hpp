// What one monitor saw in a run: its series, and what went wrong. Plain data, filled by the control thread,
// read by objectives and reporters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runner/metrics/series.hpp"

namespace soundcheck::metrics {

struct SeriesRecord {
  std::string name;
  std::string unit;  ///< "bytes", "bytes/s", "s", "ratio", "1/s", "cores" or "count"
  Series series{};
  std::string trouble{};  ///< why the latest sample had no value; empty if it had one
  bool may_leak = false;  ///< growth for as long as the load lasts is a leak
};

/// Something that kept a monitor from a sample, or a series from its value.
struct MonitorTrouble {
  std::string text;  ///< what, and what to do about it; never a secret
  std::uint64_t count = 0;
  double first_at = 0;  ///< seconds from the start of the run
  double last_at = 0;
};

struct MonitorRecord {
  std::string name;
  std::string kind;           ///< "process", "redis", ...
  std::string source;         ///< where it looks, for people; never a secret
  double every_seconds = 1;   ///< from one sample to the next
  std::uint64_t samples = 0;  ///< that could be taken
  std::uint64_t failed = 0;   ///< that could not
  std::uint64_t missed = 0;   ///< due while the one before was still being taken
  std::vector<MonitorTrouble> troubles{};
  std::vector<SeriesRecord> series{};
};

}  // namespace soundcheck::metrics
