// Where the memory and the descriptors of a process end: its control groups, its own limits, the machine.
// Read once, from /proc and /sys/fs/cgroup; any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace soundcheck::monitor {

struct ProcessLimit {
  double value = 0;  ///< bytes, or descriptors
  std::string what;  ///< for people: "the memory of the machine"
};

struct ProcessLimits {
  std::optional<ProcessLimit> memory;  ///< the nearest one
  std::optional<ProcessLimit> descriptors;
};

/// Nothing of what cannot be read.
ProcessLimits read_limits(int pid, const std::filesystem::path& proc = "/proc",
                          const std::filesystem::path& cgroups = "/sys/fs/cgroup");

}  // namespace soundcheck::monitor
