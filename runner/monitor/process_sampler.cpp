#include "runner/monitor/process_sampler.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <system_error>
#include <vector>

#include "runner/monitor/proc_stat.hpp"
#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

namespace {

/// "Pss:   1234 kB" and the like of smaps_rollup.
MemoryMap parse_rollup(const std::string& text) {
  MemoryMap map;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    std::string kilobytes;
    words >> key >> kilobytes;
    std::optional<std::uint64_t>* into = key == "Pss:"         ? &map.pss_bytes
                                         : key == "Anonymous:" ? &map.anonymous_bytes
                                                               : nullptr;
    const auto number = into == nullptr ? std::nullopt : parse_number(kilobytes);
    if (number) *into = *number * 1024;
  }
  return map;
}

std::optional<std::uint32_t> count_entries(const fs::path& folder) {
  std::error_code error;
  std::uint32_t n = 0;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) ++n;
  return error ? std::nullopt : std::optional(n);
}

}  // namespace

std::uint64_t ProcFiles::system_page_size() { return static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)); }
double ProcFiles::system_ticks_per_second() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }

ProcessSampler::ProcessSampler(int pid, ProcFiles files) : pid_(pid), files_(std::move(files)) {
  if (const auto seen = parse_stat(read_text(file("stat")).value_or(""))) start_ticks_ = seen->start_ticks;
}

std::string ProcessSampler::command() const {
  const std::string line = read_text(file("cmdline")).value_or("");
  const std::string program = line.substr(0, line.find('\0'));
  if (!program.empty()) return program;
  std::string name = read_text(file("comm")).value_or("");
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name.empty() ? "" : "[" + name + "]";
}

std::variant<ProcStat, NoProcess> ProcessSampler::stat() const {
  auto seen = parse_stat(read_text(file("stat")).value_or(""));
  if (!start_ticks_) return NoProcess{fmt::format("there is no process {}: check its number", pid_)};
  if (!seen || seen->ended()) return NoProcess{fmt::format("process {} has ended: look into its log", pid_)};
  if (seen->start_ticks != *start_ticks_) {
    return NoProcess{fmt::format(
        "process {} has ended and its number belongs to another process now: look into its log", pid_)};
  }
  return std::move(*seen);
}

std::optional<std::string> ProcessSampler::problem() const {
  const auto seen = stat();
  const auto* none = std::get_if<NoProcess>(&seen);
  return none == nullptr ? std::nullopt : std::optional(none->reason);
}

std::variant<ProcessReading, NoProcess> ProcessSampler::sample(double now_seconds) {
  auto taken = glance(now_seconds);
  if (auto* reading = std::get_if<ProcessReading>(&taken)) {
    const MemoryMap map = memory_map();
    reading->pss_bytes = map.pss_bytes;
    reading->anonymous_bytes = map.anonymous_bytes;
    reading->descriptors = count_entries(file("fd"));
  }
  return taken;
}

MemoryMap ProcessSampler::memory_map() const {
  return parse_rollup(read_text(file("smaps_rollup")).value_or(""));
}

std::optional<std::uint64_t> ProcessSampler::resident_bytes() const {
  // statm: total, resident, ... in pages.
  std::istringstream statm(read_text(file("statm")).value_or(""));
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) return std::nullopt;
  return resident_pages * files_.page_size;
}

std::variant<ProcessReading, NoProcess> ProcessSampler::glance(double now_seconds) {
  const auto seen = stat();
  if (const auto* none = std::get_if<NoProcess>(&seen)) return *none;
  const ProcStat& now = std::get<ProcStat>(seen);

  const auto resident = resident_bytes();
  if (!resident) {
    return NoProcess{
        fmt::format("the memory of process {} cannot be read: run soundcheck as the same user", pid_)};
  }

  ProcessReading reading;
  reading.rss_bytes = *resident;
  reading.threads = now.threads;
  if (last_ && now_seconds > last_->at && now.cpu_ticks >= last_->ticks) {
    const double busy = static_cast<double>(now.cpu_ticks - last_->ticks) / files_.ticks_per_second;
    reading.cpu_cores = busy / (now_seconds - last_->at);
  }
  last_ = Usage{now_seconds, now.cpu_ticks};
  return reading;
}

fs::path ProcessSampler::file(const char* name) const { return files_.root / std::to_string(pid_) / name; }

}  // namespace soundcheck::monitor
