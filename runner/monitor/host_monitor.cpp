#include "runner/monitor/host_monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

namespace {

/// Indices of profile::series_of.
enum : std::size_t {
  cpu,
  busiest_core,
  stolen,
  memory_used,
  memory_available,
  swap_used,
  disk_read,
  disk_write,
  disk_busy,
  network_in,
  network_out,
  pressure_cpu,
  pressure_io,
  pressure_memory,
  all_series,
};

constexpr double sector =
    512;  // bytes, whatever the disk's own sectors are (Documentation/admin-guide/iostats)

/// "MemTotal:   1234 kB" in bytes.
std::optional<double> meminfo(const std::string& text, std::string_view key) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    std::string kilobytes;
    words >> name >> kilobytes;
    if (name != key) continue;
    const auto number = parse_number(kilobytes);
    return number ? std::optional(static_cast<double>(*number) * 1024) : std::nullopt;
  }
  return std::nullopt;
}

/// Of a line "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345": the seconds in which something waited.
std::optional<double> stalled_seconds(const std::optional<std::string>& text) {
  constexpr std::string_view total = "total=";
  if (!text || !text->starts_with("some ")) return std::nullopt;
  const std::string line = text->substr(0, text->find('\n'));
  const std::size_t at = line.find(total);
  if (at == std::string::npos) return std::nullopt;
  const auto micro = parse_number(std::string_view(line).substr(at + total.size()));
  return micro ? std::optional(static_cast<double>(*micro) / 1e6) : std::nullopt;
}

/// A sum of rates; nothing until one of them has an earlier sample.
void add_to(std::optional<double>& sum, const std::optional<double>& rate) {
  if (rate) sum = sum.value_or(0) + *rate;
}

}  // namespace

HostMonitor::HostMonitor(ProcFiles files, fs::path sys) : files_(std::move(files)), sys_(std::move(sys)) {}

Reading HostMonitor::sample(core::TimePoint now, core::TimePoint) {
  Reading reading(all_series);
  add_cpu(reading);
  add_memory(reading);
  add_disks(now, reading);
  add_network(now, reading);
  add_pressure(now, reading);
  return reading;
}

void HostMonitor::add_cpu(Reading& reading) {
  const auto counts = read_machine(files_);
  if (!counts) {
    reading.troubles.push_back(
        {"the CPU time of this machine cannot be read from /proc/stat", {cpu, busiest_core, stolen}});
    return;
  }
  if (last_) {
    const MachineUse use = between(*last_, *counts);
    reading.values[cpu] = use.busy_share;
    reading.values[busiest_core] = use.busiest_core_share;
    reading.values[stolen] = use.stolen_share;
  }
  last_ = counts;
}

void HostMonitor::add_memory(Reading& reading) const {
  const std::string text = read_text(files_.root / "meminfo").value_or("");
  const auto total = meminfo(text, "MemTotal:");
  const auto available = meminfo(text, "MemAvailable:");
  const auto swap = meminfo(text, "SwapTotal:");
  const auto free_swap = meminfo(text, "SwapFree:");
  reading.values[memory_available] = available;
  if (total && available && *total > 0) reading.values[memory_used] = 1 - *available / *total;
  if (swap && free_swap) reading.values[swap_used] = *swap - *free_swap;
  std::vector<std::size_t> missing;
  for (const std::size_t series : {memory_used, memory_available, swap_used}) {
    if (!reading.values[series]) missing.push_back(series);
  }
  if (!missing.empty())
    reading.troubles.push_back(
        {"this machine does not say all of its memory and swap in /proc/meminfo", std::move(missing)});
}

bool HostMonitor::is_disk(const std::string& name) const {
  constexpr std::array<std::string_view, 6> made_of_others{"loop", "ram", "zram", "dm-", "md", "sr"};
  std::error_code error;
  return std::none_of(made_of_others.begin(), made_of_others.end(),
                      [&](std::string_view prefix) { return name.starts_with(prefix); }) &&
         fs::exists(sys_ / "block" / name, error);
}

/// A line for each: major minor name reads merged sectors ms writes merged sectors ms in-flight busy-ms ...
void HostMonitor::add_disks(core::TimePoint now, Reading& reading) {
  std::istringstream lines(read_text(files_.root / "diskstats").value_or(""));
  std::map<std::string, Disk> seen;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number;
    std::string name;
    words >> number >> number >> name;
    if (!is_disk(name)) continue;
    std::array<double, 10> fields{};
    for (double& field : fields) words >> field;
    if (!words) continue;
    Disk& disk = carry_over(disks_, seen, name);
    add_to(reading.values[disk_read], disk.read.add(now, fields[2] * sector));
    add_to(reading.values[disk_write], disk.written.add(now, fields[6] * sector));
    const auto busy = disk.busy.add(now, fields[9] / 1e3);
    if (busy)
      reading.values[disk_busy] = std::max(reading.values[disk_busy].value_or(0), std::min(1.0, *busy));
  }
  disks_ = std::move(seen);
  if (disks_.empty())
    reading.troubles.push_back(
        {"no disk of this machine can be seen here (in a container?)", {disk_read, disk_write, disk_busy}});
}

/// Two lines of titles, then "name: received packets ... sent packets ...", eight fields each way.
void HostMonitor::add_network(core::TimePoint now, Reading& reading) {
  std::istringstream lines(read_text(files_.root / "net/dev").value_or(""));
  std::map<std::string, Interface> seen;
  std::optional<double> device_in, device_out;
  bool devices = false;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(' ');
    const std::string name = line.substr(begin, colon - begin);
    if (name == "lo") continue;
    std::istringstream words(line.substr(colon + 1));
    std::array<double, 9> fields{};
    for (double& field : fields) words >> field;
    if (!words) continue;
    Interface& interface = carry_over(interfaces_, seen, name);
    const auto in = interface.in.add(now, fields[0]);
    const auto out = interface.out.add(now, fields[8]);
    add_to(reading.values[network_in], in);
    add_to(reading.values[network_out], out);
    std::error_code error;
    if (!fs::exists(sys_ / "class/net" / name / "device", error)) continue;
    devices = true;
    add_to(device_in, in);
    add_to(device_out, out);
  }
  interfaces_ = std::move(seen);
  if (devices) {  // bridges and the like carry the same bytes once more
    reading.values[network_in] = device_in;
    reading.values[network_out] = device_out;
  }
  if (interfaces_.empty())
    reading.troubles.push_back(
        {"no network interface but the loopback can be seen here", {network_in, network_out}});
}

void HostMonitor::add_pressure(core::TimePoint now, Reading& reading) {
  for (const auto& [name, series] :
       {std::pair{"cpu", pressure_cpu}, {"io", pressure_io}, {"memory", pressure_memory}}) {
    const auto stalled = stalled_seconds(read_text(files_.root / "pressure" / name));
    if (stalled) {
      const auto share = pressure_[name].add(now, *stalled);
      if (share) reading.values[series] = std::min(1.0, *share);
    } else {
      reading.troubles.push_back(
          {fmt::format("this kernel does not say how long work waits for {0} (/proc/pressure/{0}): boot it "
                       "with psi=1",
                       name),
           {series}});
    }
  }
}

}  // namespace soundcheck::monitor
