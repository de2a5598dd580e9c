// Watches processes of this machine with all their children: by number, by the name of the program, by the
// port that they listen on, or all of a control group. Reads /proc and /sys/fs/cgroup, on its monitor's
// thread.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
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
  ProcessMonitor(profile::ProcessMonitor settings, std::function<core::TimePoint()> clock,
                 ProcFiles files = {}, std::filesystem::path cgroups = "/sys/fs/cgroup");

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
  void add_processes(const std::vector<int>& pids, core::TimePoint now, core::TimePoint deadline,
                     Reading& reading);
  /// What the kernel has counted anyway. Gives the processes that still run; none if there is a trouble.
  std::vector<int> add_counts(const std::vector<int>& pids, core::TimePoint now, core::TimePoint deadline,
                              Reading& reading);
  /// What the kernel must look for in each process: the more it holds, the longer.
  void add_holdings(const std::vector<int>& running, core::TimePoint deadline, Reading& reading);
  /// Whether the time is up; if so, these series have no value, with the reason.
  bool is_late(core::TimePoint deadline, std::size_t processes, const std::vector<std::size_t>& series,
               Reading& reading) const;
  /// The sum as the value, or why there is none.
  void settle(std::size_t series, const std::optional<double>& sum, Reading& reading) const;
  void add_cgroup(core::TimePoint now, Reading& reading);

  profile::ProcessMonitor settings_;
  std::function<core::TimePoint()> clock_;
  std::vector<profile::MonitorSeries> names_;
  ProcFiles files_;
  std::filesystem::path cgroups_;
  std::map<int, Watched> watched_;
  std::optional<ProcessSampler> root_;  // by number, or the one found by its port
  std::optional<Cgroup> cgroup_;
  CounterRate cgroup_cpu_, cgroup_throttled_;
};

}  // namespace soundcheck::monitor
