#include "runner/monitor/machine.hpp"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <system_error>

#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

namespace {

/// "user nice system idle iowait irq softirq steal ..." (proc(5)); what follows is counted in user already.
MachineCounts::Cpu parse_cpu(std::istringstream& fields) {
  constexpr std::size_t idle = 3;
  constexpr std::size_t waiting = 4;
  constexpr std::size_t steal = 7;
  MachineCounts::Cpu cpu;
  std::uint64_t ticks = 0;
  for (std::size_t i = 0; i <= steal && fields >> ticks; ++i) {
    cpu.total += ticks;
    if (i == idle || i == waiting) cpu.idle += ticks;
    if (i == steal) cpu.stolen = ticks;
  }
  return cpu;
}

/// A line for each CPU, in hexadecimal: packets received, dropped, and more.
void parse_softnet(const std::string& text, MachineCounts& counts) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string packets;
    std::string dropped;
    words >> packets >> dropped;
    counts.packets += parse_number(packets, 16).value_or(0);
    counts.dropped_packets += parse_number(dropped, 16).value_or(0);
  }
}

/// /proc/net/netstat: a line of names, then a line of values, for each group.
std::uint64_t parse_netstat(const std::string& text, std::string_view group, std::string_view name) {
  std::istringstream lines(text);
  std::string names;
  std::string values;
  while (std::getline(lines, names) && std::getline(lines, values)) {
    if (!names.starts_with(group)) continue;
    std::istringstream name_words(names);
    std::istringstream value_words(values);
    std::string word;
    std::string value;
    while (name_words >> word && value_words >> value) {
      if (word == name) return parse_number(value).value_or(0);
    }
  }
  return 0;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Ticks of idle time have been seen to go back a little (proc(5)).
std::uint64_t grown(std::uint64_t before, std::uint64_t after) { return after > before ? after - before : 0; }

MachineCounts::Cpu between(const MachineCounts::Cpu& before, const MachineCounts::Cpu& after) {
  return {grown(before.total, after.total), grown(before.idle, after.idle),
          grown(before.stolen, after.stolen)};
}

double busy_share(const MachineCounts::Cpu& cpu) {
  return share(grown(cpu.idle + cpu.stolen, cpu.total), cpu.total);
}

/// Linux 6.2 and later say the number of descriptors as the size of the folder.
std::optional<std::uint64_t> count_descriptors(const fs::path& folder) {
  struct statfs system {};
  struct stat facts {};
  const bool in_proc = ::statfs(folder.c_str(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
  if (in_proc && ::stat(folder.c_str(), &facts) == 0 && facts.st_size > 0)
    return static_cast<std::uint64_t>(facts.st_size);
  std::error_code error;
  std::uint64_t n = 0;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) ++n;
  return error ? std::nullopt : std::optional(n);
}

}  // namespace

std::optional<MachineCounts> read_machine(const ProcFiles& files) {
  const auto stat = read_text(files.root / "stat");
  if (!stat) return std::nullopt;
  MachineCounts counts;
  std::istringstream lines(*stat);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (!name.starts_with("cpu")) continue;
    if (name == "cpu") {
      counts.all = parse_cpu(words);
    } else {
      counts.cores.push_back(parse_cpu(words));
    }
  }
  if (counts.all.total == 0) return std::nullopt;
  parse_softnet(read_text(files.root / "net/softnet_stat").value_or(""), counts);
  counts.refused_connections =
      parse_netstat(read_text(files.root / "net/netstat").value_or(""), "TcpExt:", "ListenOverflows");
  return counts;
}

MachineUse between(const MachineCounts& before, const MachineCounts& after) {
  MachineUse use;
  const MachineCounts::Cpu all = between(before.all, after.all);
  use.busy_share = busy_share(all);
  use.stolen_share = share(all.stolen, all.total);
  for (std::size_t i = 0; i < std::min(before.cores.size(), after.cores.size()); ++i)
    use.busiest_core_share =
        std::max(use.busiest_core_share, busy_share(between(before.cores[i], after.cores[i])));
  use.packets = grown(before.packets, after.packets);
  use.dropped_packets = grown(before.dropped_packets, after.dropped_packets);
  use.refused_connections = grown(before.refused_connections, after.refused_connections);
  return use;
}

std::optional<std::uint64_t> most_descriptors(int pid, const ProcFiles& files) {
  std::optional<std::uint64_t> most;
  std::error_code error;
  fs::directory_iterator it(files.root / std::to_string(pid) / "task", error);
  for (; !error && it != fs::directory_iterator(); it.increment(error))
    most = std::max(most, count_descriptors(it->path() / "fd"));
  return most;
}

}  // namespace soundcheck::monitor
