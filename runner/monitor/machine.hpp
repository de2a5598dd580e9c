// What the whole machine did meanwhile: CPU time, time that the hypervisor stole, packets and connections
// that the kernel dropped because a queue was full. Read from /proc, where the counts only grow; the
// difference of two readings says what happened between them. Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runner/monitor/process_sampler.hpp"

namespace soundcheck::monitor {

/// Since the machine started.
struct MachineCounts {
  struct Cpu {
    std::uint64_t total = 0;  ///< ticks
    std::uint64_t idle = 0;
    std::uint64_t stolen = 0;
  };
  Cpu all;
  std::vector<Cpu> cores;
  std::uint64_t packets = 0;              ///< received, loopback included
  std::uint64_t dropped_packets = 0;      ///< of them: the backlog of the kernel was full (softnet_stat)
  std::uint64_t refused_connections = 0;  ///< the accept queue of a listener here was full (ListenOverflows)
};

/// Nothing where /proc/stat cannot be read; what else is missing counts 0.
std::optional<MachineCounts> read_machine(const ProcFiles& files = {});

/// Between two readings.
struct MachineUse {
  double busy_share = 0;          ///< of all cores, 0..1
  double busiest_core_share = 0;  ///< of the busiest one
  double stolen_share = 0;        ///< of all cores
  std::uint64_t packets = 0;
  std::uint64_t dropped_packets = 0;
  std::uint64_t refused_connections = 0;
};
MachineUse between(const MachineCounts& before, const MachineCounts& after);

/// Open descriptors of the thread of a process that holds most: threads may have tables of their own. Nothing
/// without permission.
std::optional<std::uint64_t> most_descriptors(int pid, const ProcFiles& files = {});

}  // namespace soundcheck::monitor
