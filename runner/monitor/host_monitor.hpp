// Watches this machine: CPU, memory, disks, network, and how long work waited for each of them (pressure
// stall). Reads /proc and /sys, on its monitor's thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "runner/monitor/counter_rate.hpp"
#include "runner/monitor/machine.hpp"
#include "runner/monitor/monitor.hpp"

namespace soundcheck::monitor {

class HostMonitor final : public Monitor {
 public:
  explicit HostMonitor(ProcFiles files = {}, std::filesystem::path sys = "/sys");

  Reading sample(core::TimePoint now, core::TimePoint deadline) override;

 private:
  void add_cpu(Reading& reading);
  void add_memory(Reading& reading) const;
  void add_disks(core::TimePoint now, Reading& reading);
  void add_network(core::TimePoint now, Reading& reading);
  void add_pressure(core::TimePoint now, Reading& reading);
  /// It is a disk of its own, not a part of one or something made of others.
  bool is_disk(const std::string& name) const;

  ProcFiles files_;
  std::filesystem::path sys_;
  std::optional<MachineCounts> last_;
  // One for each: a sum would jump when one comes or goes.
  struct Disk {
    CounterRate read, written, busy;
  };
  struct Interface {
    CounterRate in, out;
  };
  std::map<std::string, Disk> disks_;
  std::map<std::string, Interface> interfaces_;
  std::map<std::string, CounterRate> pressure_;
};

}  // namespace soundcheck::monitor
