// Watches one process from outside: memory, CPU, threads and descriptors, read from /proc. Used for the
// target and for ourselves. Has no thread and no clock: the control thread calls it and says what time it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "runner/monitor/proc_stat.hpp"

namespace soundcheck::monitor {

/// Where /proc is and how it counts; tests give a folder of their own.
struct ProcFiles {
  std::filesystem::path root = "/proc";
  std::uint64_t page_size = system_page_size();
  double ticks_per_second = system_ticks_per_second();

  static std::uint64_t system_page_size();
  static double system_ticks_per_second();
};

struct ProcessReading {
  std::uint64_t rss_bytes = 0;
  std::optional<std::uint64_t> pss_bytes;          ///< absent without permission
  std::optional<std::uint64_t> anonymous_bytes{};  ///< no file stands behind: heaps and stacks; likewise
  double cpu_cores = 0;                      ///< cores busy since the reading before; 0 in the first one
  std::optional<std::uint32_t> descriptors;  ///< absent without permission
  std::uint32_t threads = 0;
};

/// Where the memory of a process is counted page by page: proportional and without files behind it.
struct MemoryMap {
  std::optional<std::uint64_t> pss_bytes;  ///< both absent without permission
  std::optional<std::uint64_t> anonymous_bytes;
};

/// Why a process could not be read or found, and what to do.
struct NoProcess {
  std::string reason;
};

class ProcessSampler {
 public:
  /// Remembers when the process started, so that another process with the same pid is never taken for it.
  /// `pid` that does not exist: every sample() says so.
  explicit ProcessSampler(int pid, ProcFiles files = {});

  int pid() const { return pid_; }
  /// The program as it was started, without its arguments: they may hold secrets, and this goes into reports.
  /// The name in brackets for a process without a command line.
  std::string command() const;

  /// Why there is nothing to sample: it has ended, or was never there. Nothing if it runs.
  std::optional<std::string> problem() const;
  /// `now_seconds`: any steady count of seconds, ascending.
  std::variant<ProcessReading, NoProcess> sample(double now_seconds);
  /// The same without what costs the kernel a walk through its tables: no memory map, no descriptors.
  std::variant<ProcessReading, NoProcess> glance(double now_seconds);
  /// Resident size alone, for looks between samples; nothing if it cannot be read. Whether it is still the
  /// same process is for the next sample to say.
  std::optional<std::uint64_t> resident_bytes() const;
  /// Costs time with the size of the process: some milliseconds for each GiB.
  MemoryMap memory_map() const;

 private:
  struct Usage {
    double at = 0;
    std::uint64_t ticks = 0;
  };
  std::filesystem::path file(const char* name) const;
  std::variant<ProcStat, NoProcess> stat() const;

  int pid_;
  ProcFiles files_;
  std::optional<std::uint64_t> start_ticks_;  // of the process, since boot
  std::optional<Usage> last_;
};

}  // namespace soundcheck::monitor
