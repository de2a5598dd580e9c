// The fields of /proc/PID/stat that we need (proc(5)). Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace soundcheck::monitor {

struct ProcStat {
  std::string name;  ///< of the program, cut at 15 bytes by the kernel
  char state = 0;
  int parent = 0;
  std::uint64_t cpu_ticks = 0;  ///< user and system, all threads
  std::uint32_t threads = 0;
  std::uint64_t start_ticks = 0;  ///< since the machine started

  /// Waits to be buried: it does nothing any more.
  bool ended() const { return state == 'Z' || state == 'X'; }
};

std::optional<ProcStat> parse_stat(const std::string& text);

}  // namespace soundcheck::monitor
