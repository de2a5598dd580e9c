// Watches processes of this machine with all their children: by number, by the name of the program, by the
// port that they listen on, or all of a control group. Reads /proc and /sys/fs/cgroup, on its monitor's
// thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "runner/monitor/cgroup.hpp"
#include "runner/monitor/counter_rate.hpp"
#include "runner/monitor/monitor.hpp"
#include "runner/monitor/process_sampler.hpp"
#include "runner/profile/monitor_system.hpp"

namespace soundcheck::monitor {

class ProcessMonitor final : public Monitor {
 public:
  explicit ProcessMonitor(profile::ProcessMonitor settings, ProcFiles files = {},
                          std::filesystem::path cgroups = "/sys/fs/cgroup");

  Reading sample(core::TimePoint now, core::TimePoint deadline) override;
  static std::string source(const profile::ProcessMonitor& settings);

 private:
  struct Watched {
    ProcessSampler sampler;
    CounterRate read, written;
  };
  /// The processes that count now, or why there are none.
  std::variant<std::vector<int>, std::string> find();
  std::variant<std::vector<int>, std::string> find_by_port();
  void add_processes(const std::vector<int>& pids, core::TimePoint now, Reading& reading);
  void add_cgroup(core::TimePoint now, Reading& reading);

  profile::ProcessMonitor settings_;
  std::vector<profile::MonitorSeries> names_;
  ProcFiles files_;
  std::filesystem::path cgroups_;
  std::map<int, Watched> watched_;
  std::optional<ProcessSampler> root_;  // by number, or the one found by its port
  std::optional<Cgroup> cgroup_;
  CounterRate cgroup_cpu_, cgroup_throttled_;
};

}  // namespace soundcheck::monitor
