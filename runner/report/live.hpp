// What a person sees while the run goes on: a few lines, redrawn each second on a terminal; one, printed now
// and then, elsewhere. Pure: the caller writes it. Control thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/metric.hpp"

namespace soundcheck::report {

struct LiveSubsystem {
  core::Subsystem subsystem{};
  double rate = 0;            ///< ended tasks per second, in the last second
  std::optional<double> p95;  ///< of the main metric in the last second, s
  std::uint64_t failed = 0;   ///< since the start
  std::int64_t in_progress = 0;
  std::optional<double> rtf;  ///< ai_pipeline: p95 of the last second
};

struct LiveStatus {
  std::string phase;  ///< "warm-up", "running", "draining", "cool-down"
  double elapsed_seconds = 0;
  double total_seconds = 0;
  std::vector<LiveSubsystem> subsystems;  ///< those that run
  std::optional<std::uint64_t> target_rss_bytes;
};

/// Columns of the terminal.
struct Width {
  std::size_t columns = 80;
};

/// Progress bar, time and target's memory, then a line per subsystem. None is wider than the terminal, none
/// has a line break.
std::vector<std::string> live_lines(const LiveStatus& status, Width width);

/// The same in plain words for logs. No line break at the end.
std::string plain_line(const LiveStatus& status);

}  // namespace soundcheck::report
