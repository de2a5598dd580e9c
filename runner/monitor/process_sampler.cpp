#include "runner/monitor/process_sampler.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

namespace {

/// The fields of /proc/PID/stat that we need (proc(5)).
struct Stat {
  char state = 0;
  std::uint64_t cpu_ticks = 0;  ///< user and system, all threads
  std::uint32_t threads = 0;
  std::uint64_t start_ticks = 0;
};

/// The name, second field, stands in parentheses and may hold anything, so counting begins after the last
/// ')'.
std::optional<Stat> parse_stat(const std::string& text) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(name_end + 1));
  std::vector<std::string> fields;  // from the third field, the state, on
  for (std::string field; rest >> field;) fields.push_back(field);
  if (fields.size() < 20) return std::nullopt;
  const auto user = parse_number(fields[11]);
  const auto system = parse_number(fields[12]);
  const auto threads = parse_number(fields[17]);
  const auto start = parse_number(fields[19]);
  if (!user || !system || !threads || !start) return std::nullopt;
  return Stat{fields[0][0], *user + *system, static_cast<std::uint32_t>(*threads), *start};
}

/// "Pss:   1234 kB" in smaps_rollup.
std::optional<std::uint64_t> parse_pss(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    std::string kilobytes;
    words >> key >> kilobytes;
    if (key != "Pss:") continue;
    const auto number = parse_number(kilobytes);
    return number ? std::optional(*number * 1024) : std::nullopt;
  }
  return std::nullopt;
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
  if (const auto stat = parse_stat(read_text(file("stat")).value_or(""))) start_ticks_ = stat->start_ticks;
}

std::string ProcessSampler::command() const {
  const std::string line = read_text(file("cmdline")).value_or("");
  const std::string program = line.substr(0, line.find('\0'));
  if (!program.empty()) return program;
  std::string name = read_text(file("comm")).value_or("");
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name.empty() ? "" : "[" + name + "]";
}

std::variant<ProcessReading, NoProcess> ProcessSampler::sample(double now_seconds) {
  const auto stat = parse_stat(read_text(file("stat")).value_or(""));
  if (!stat || !start_ticks_) {
    return NoProcess{start_ticks_ ? fmt::format("process {} has ended: look into the target's log", pid_)
                                  : fmt::format("there is no process {}: check the pid of the target", pid_)};
  }
  if (stat->start_ticks != *start_ticks_) {
    return NoProcess{
        fmt::format("process {} has ended and its number belongs to another process now: look into the "
                    "target's log",
                    pid_)};
  }
  if (stat->state == 'Z' || stat->state == 'X') {
    return NoProcess{fmt::format("process {} has ended: look into the target's log", pid_)};
  }

  // statm: total, resident, ... in pages.
  std::istringstream statm(read_text(file("statm")).value_or(""));
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) {
    return NoProcess{
        fmt::format("the memory of process {} cannot be read: run soundcheck as the same user", pid_)};
  }

  ProcessReading reading;
  reading.rss_bytes = resident_pages * files_.page_size;
  if (const auto rollup = read_text(file("smaps_rollup"))) reading.pss_bytes = parse_pss(*rollup);
  reading.descriptors = count_entries(file("fd"));
  reading.threads = stat->threads;
  if (last_ && now_seconds > last_->at && stat->cpu_ticks >= last_->ticks) {
    const double busy = static_cast<double>(stat->cpu_ticks - last_->ticks) / files_.ticks_per_second;
    reading.cpu_cores = busy / (now_seconds - last_->at);
  }
  last_ = Usage{now_seconds, stat->cpu_ticks};
  return reading;
}

fs::path ProcessSampler::file(const char* name) const { return files_.root / std::to_string(pid_) / name; }

}  // namespace soundcheck::monitor
