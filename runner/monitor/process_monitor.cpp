#include "runner/monitor/process_monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <sstream>
#include <system_error>

#include "runner/monitor/find_listener.hpp"
#include "runner/monitor/proc_text.hpp"
#include "runner/monitor/process_table.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

namespace {

/// Indices of profile::series_of.
enum : std::size_t {
  rss,
  pss,
  anonymous,
  cpu,
  descriptors,
  sockets,
  threads,
  processes,
  read_rate,
  write_rate,
  cgroup_memory,
  cgroup_anonymous,
  cgroup_cpu,
  cgroup_throttled,
  cgroup_oom_kills,
};

/// Those that are read from the processes themselves, not from a control group.
std::vector<std::size_t> process_series() {
  std::vector<std::size_t> all(write_rate + 1);
  std::iota(all.begin(), all.end(), std::size_t{rss});
  return all;
}

/// A sum that is nothing if one of its parts is missing: half a figure would be a wrong one.
class Total {
 public:
  template <class T>
  void add(const std::optional<T>& part) {
    if (part) {
      sum_ += static_cast<double>(*part);
    } else {
      whole_ = false;
    }
  }
  std::optional<double> value() const { return whole_ ? std::optional(sum_) : std::nullopt; }

 private:
  double sum_ = 0;
  bool whole_ = true;
};

struct Descriptors {
  std::uint64_t all = 0, sockets = 0;
};

/// Open ones; nothing without permission.
std::optional<Descriptors> count_descriptors(const fs::path& folder) {
  std::error_code error;
  Descriptors n;
  for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    std::error_code gone;  // descriptors close while we look
    ++n.all;
    if (fs::read_symlink(it->path(), gone).string().starts_with("socket:")) ++n.sockets;
  }
  return error ? std::nullopt : std::optional(n);
}

struct Moved {
  std::optional<double> read, written;  ///< bytes from and to disks since the process started
};

Moved parse_io(const std::string& text) {
  Moved moved;
  std::istringstream lines(text);
  for (std::string key, number; lines >> key >> number;) {
    const auto bytes = parse_number(number);
    if (bytes && key == "read_bytes:") moved.read = static_cast<double>(*bytes);
    if (bytes && key == "write_bytes:") moved.written = static_cast<double>(*bytes);
  }
  return moved;
}

template <class T>
std::optional<double> as_value(const std::optional<T>& value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

}  // namespace

ProcessMonitor::ProcessMonitor(profile::ProcessMonitor settings, std::function<core::TimePoint()> clock,
                               ProcFiles files, fs::path cgroups)
    : settings_(std::move(settings)),
      clock_(std::move(clock)),
      files_(std::move(files)),
      cgroups_(std::move(cgroups)) {
  profile::Monitor monitor;
  monitor.kind = settings_;
  names_ = profile::series_of(monitor);
  if (settings_.pid != 0) root_.emplace(static_cast<int>(settings_.pid), files_);
}

std::string ProcessMonitor::source(const profile::ProcessMonitor& settings) {
  if (settings.pid != 0) return fmt::format("pid {}", settings.pid);
  if (!settings.command.empty()) return settings.command;
  if (settings.port != 0) return fmt::format("port {}", settings.port);
  return fmt::format("cgroup {}", settings.cgroup);
}

Reading ProcessMonitor::sample(core::TimePoint now, core::TimePoint deadline) {
  Reading reading(names_.size());
  auto found = find();
  if (cgroup_) add_cgroup(now, reading);  // it counts, with or without processes
  if (auto* problem = std::get_if<std::string>(&found)) {
    reading.troubles.push_back(
        {std::move(*problem), cgroup_ ? process_series() : std::vector<std::size_t>()});
  } else {
    add_processes(std::get<std::vector<int>>(found), now, deadline, reading);
  }
  return reading;
}

std::variant<std::vector<int>, std::string> ProcessMonitor::find() {
  if (!settings_.cgroup.empty()) {
    if (cgroup_ && !cgroup_->exists()) cgroup_.reset();
    if (!cgroup_) {
      auto group = Cgroup::find(settings_.cgroup, cgroups_);
      if (auto* problem = std::get_if<std::string>(&group)) return std::move(*problem);
      cgroup_ = std::move(std::get<Cgroup>(group));
    }
    auto pids = cgroup_->pids();
    if (!pids.empty()) return pids;
    return fmt::format("no process runs in the control group {}: has the container ended?", settings_.cgroup);
  }
  if (settings_.port != 0) return find_by_port();
  const auto table = read_processes(files_);
  if (!settings_.command.empty()) {
    auto pids = with_descendants(table, called(table, settings_.command, files_));
    if (!pids.empty()) return pids;
    return fmt::format("no process called {} runs on this machine: ps -A shows those that do",
                       settings_.command);
  }
  if (const auto problem = root_->problem()) return *problem;
  return with_descendants(table, {root_->pid()});
}

std::variant<std::vector<int>, std::string> ProcessMonitor::find_by_port() {
  if (!root_ || root_->problem()) {
    const auto found = find_listener(static_cast<std::uint16_t>(settings_.port), files_);
    if (const auto* none = std::get_if<NoProcess>(&found)) {
      root_.reset();
      return none->reason;
    }
    root_.emplace(std::get<int>(found), files_);
  }
  return with_descendants(read_processes(files_), {root_->pid()});
}

void ProcessMonitor::add_processes(const std::vector<int>& pids, core::TimePoint now,
                                   core::TimePoint deadline, Reading& reading) {
  std::erase_if(watched_, [&](const auto& entry) {
    return !std::binary_search(pids.begin(), pids.end(), entry.first);
  });
  const std::vector<int> running = add_counts(pids, now, deadline, reading);
  if (!running.empty()) add_holdings(running, deadline, reading);
}

std::vector<int> ProcessMonitor::add_counts(const std::vector<int>& pids, core::TimePoint now,
                                            core::TimePoint deadline, Reading& reading) {
  Total memory, cores, all_threads, read, written;
  std::vector<int> running;
  bool first_of_all = true;
  for (const int pid : pids) {
    if (is_late(deadline, pids.size(), process_series(), reading)) return {};
    auto known = watched_.find(pid);
    const bool first = known == watched_.end();
    if (first) known = watched_.try_emplace(pid, Watched{ProcessSampler(pid, files_), {}, {}}).first;
    Watched& watched = known->second;
    const auto sampled = watched.sampler.glance(core::to_seconds(now.time_since_epoch()));
    const auto* process = std::get_if<ProcessReading>(&sampled);
    if (process == nullptr) {  // it has just ended, or its number belongs to another one
      watched_.erase(known);
      continue;
    }
    running.push_back(pid);
    first_of_all = first_of_all && first;
    const Moved moved = parse_io(read_text(files_.root / std::to_string(pid) / "io").value_or(""));
    memory.add(std::optional(process->rss_bytes));
    cores.add(std::optional(process->cpu_cores));
    all_threads.add(std::optional(process->threads));
    // A process that is new has moved nothing yet that we saw.
    read.add(moved.read ? std::optional(watched.read.add(now, *moved.read).value_or(0)) : std::nullopt);
    written.add(moved.written ? std::optional(watched.written.add(now, *moved.written).value_or(0))
                              : std::nullopt);
  }
  if (running.empty()) {
    reading.troubles.push_back(
        {fmt::format("the processes of {} ended while they were looked at", source(settings_)),
         process_series()});
    return running;
  }
  settle(rss, memory.value(), reading);
  settle(threads, all_threads.value(), reading);
  settle(processes, static_cast<double>(running.size()), reading);
  if (first_of_all) return running;  // rates need an earlier sample
  settle(cpu, cores.value(), reading);
  settle(read_rate, read.value(), reading);
  settle(write_rate, written.value(), reading);
  return running;
}

void ProcessMonitor::add_holdings(const std::vector<int>& running, core::TimePoint deadline,
                                  Reading& reading) {
  const auto has_ended = [&](int pid) { return watched_.at(pid).sampler.problem().has_value(); };
  Total all, of_sockets;
  for (const int pid : running) {
    if (is_late(deadline, running.size(), {descriptors, sockets, pss, anonymous}, reading)) return;
    const auto counted = count_descriptors(files_.root / std::to_string(pid) / "fd");
    if (!counted && has_ended(pid)) continue;
    all.add(counted ? std::optional(counted->all) : std::nullopt);
    of_sockets.add(counted ? std::optional(counted->sockets) : std::nullopt);
  }
  settle(descriptors, all.value(), reading);
  settle(sockets, of_sockets.value(), reading);
  Total proportional, without_files;
  for (const int pid : running) {
    if (is_late(deadline, running.size(), {pss, anonymous}, reading)) return;
    const MemoryMap map = watched_.at(pid).sampler.memory_map();
    if (!map.pss_bytes && has_ended(pid)) continue;
    proportional.add(map.pss_bytes);
    without_files.add(map.anonymous_bytes);
  }
  settle(pss, proportional.value(), reading);
  settle(anonymous, without_files.value(), reading);
}

bool ProcessMonitor::is_late(core::TimePoint deadline, std::size_t processes,
                             const std::vector<std::size_t>& series, Reading& reading) const {
  if (clock_() < deadline) return false;
  reading.troubles.push_back(
      {fmt::format(
           "to look at all {} processes of {} takes longer than the monitor's timeout: make it longer",
           processes, source(settings_)),
       series});
  return true;
}

void ProcessMonitor::settle(std::size_t series, const std::optional<double>& sum, Reading& reading) const {
  reading.values[series] = sum;
  if (!sum)
    reading.troubles.push_back({fmt::format("not permitted to see {} of every process of {}: run soundcheck "
                                            "as their user, or as root",
                                            names_[series].name, source(settings_)),
                                {series}});
}

void ProcessMonitor::add_cgroup(core::TimePoint now, Reading& reading) {
  const CgroupReading group = cgroup_->read();
  reading.values[cgroup_memory] = as_value(group.memory_bytes);
  reading.values[cgroup_anonymous] = as_value(group.anonymous_bytes);
  reading.values[cgroup_oom_kills] = as_value(group.oom_kills);
  if (group.cpu_seconds) reading.values[cgroup_cpu] = cgroup_cpu_.add(now, *group.cpu_seconds);
  if (group.throttled_seconds)
    reading.values[cgroup_throttled] = cgroup_throttled_.add(now, *group.throttled_seconds);
  const auto explain = [&](bool counted, std::size_t series, const char* what, const char* controller) {
    if (!counted)
      reading.troubles.push_back(
          {fmt::format("the control group {} does not count {}: is its {} controller off?", settings_.cgroup,
                       what, controller),
           {series}});
  };
  explain(group.memory_bytes.has_value(), cgroup_memory, "its memory", "memory");
  explain(group.anonymous_bytes.has_value(), cgroup_anonymous, "its anonymous memory", "memory");
  explain(group.oom_kills.has_value(), cgroup_oom_kills, "who was killed for want of memory", "memory");
  explain(group.cpu_seconds.has_value(), cgroup_cpu, "its CPU time", "cpu");
  explain(group.throttled_seconds.has_value(), cgroup_throttled, "how long its quota held it back", "cpu");
}

}  // namespace soundcheck::monitor
