// All processes of this machine, and which of them belong together. Reads /proc; any thread.
#pragma once

#include <string>
#include <vector>

#include "runner/monitor/process_sampler.hpp"

namespace soundcheck::monitor {

struct ProcessEntry {
  int pid = 0;
  int parent = 0;
  std::string name;  ///< cut at 15 bytes by the kernel
};

/// Those that run, in ascending order of their numbers.
std::vector<ProcessEntry> read_processes(const ProcFiles& files);

/// The roots that are in the table, and all their descendants, each once, in ascending order.
std::vector<int> with_descendants(const std::vector<ProcessEntry>& table, const std::vector<int>& roots);

/// Those whose program has this name: as the kernel knows it, or as it was started, without its folder.
std::vector<int> called(const std::vector<ProcessEntry>& table, const std::string& command,
                        const ProcFiles& files);

}  // namespace soundcheck::monitor
