#include "runner/monitor/cgroup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <system_error>

#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t shortest_id = 12;

/// "12345\n" as a number.
std::optional<std::uint64_t> number_in(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return parse_number(text->substr(0, text->find('\n')));
}

/// The number after a word at the beginning of a line.
std::optional<std::uint64_t> number_after(const std::optional<std::string>& text, std::string_view word) {
  if (!text) return std::nullopt;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(word) && line.size() > word.size() && line[word.size()] == ' ')
      return parse_number(std::string_view(line).substr(word.size() + 1));
  }
  return std::nullopt;
}

std::optional<double> scaled(std::optional<std::uint64_t> count, double unit) {
  return count ? std::optional(static_cast<double>(*count) * unit) : std::nullopt;
}

constexpr double micro = 1e-6;
constexpr double nano = 1e-9;

bool is_id(const std::string& name) {
  return name.size() >= shortest_id && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The folder whose name holds the id, such as docker-ID.scope; nothing if there is none.
std::optional<fs::path> search(const fs::path& root, const std::string& id) {
  std::error_code error;
  fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored) && it->path().filename().string().find(id) != std::string::npos)
      return it->path();
  }
  return std::nullopt;
}

}  // namespace

std::variant<Cgroup, std::string> Cgroup::find(const std::string& name, const fs::path& root) {
  std::error_code error;
  Cgroup group;
  group.version_1_ = !fs::exists(root / "cgroup.controllers", error);
  const fs::path tree = group.version_1_ ? root / "memory" : root;
  group.root_ = root;
  if (name.starts_with('/')) {
    group.path_ = name.substr(1);
    if (fs::is_directory(tree / group.path_, error)) return group;
    return fmt::format("there is no control group {}: ls /sys/fs/cgroup shows them", name);
  }
  if (!is_id(name))
    return fmt::format(
        "'{}' is neither a path that begins with / nor the id of a container, at least {} digits of it: "
        "docker inspect -f '{{{{.Id}}}}' NAME says it",
        name, shortest_id);
  const auto found = search(tree, name);
  if (!found) return fmt::format("no control group belongs to a container {}: does it run here?", name);
  group.path_ = found->lexically_relative(tree);
  return group;
}

CgroupReading Cgroup::read() const {
  CgroupReading reading;
  if (version_1_) {
    reading.memory_bytes = number_in(file("memory", "memory.usage_in_bytes"));
    reading.anonymous_bytes = number_after(file("memory", "memory.stat"), "total_rss");
    reading.cpu_seconds = scaled(number_in(file("cpuacct", "cpuacct.usage")), nano);
    reading.throttled_seconds = scaled(number_after(file("cpu", "cpu.stat"), "throttled_time"), nano);
    reading.oom_kills = number_after(file("memory", "memory.oom_control"), "oom_kill");
    return reading;
  }
  const auto cpu = file("", "cpu.stat");
  reading.memory_bytes = number_in(file("", "memory.current"));
  reading.anonymous_bytes = number_after(file("", "memory.stat"), "anon");
  reading.cpu_seconds = scaled(number_after(cpu, "usage_usec"), micro);
  reading.throttled_seconds = scaled(number_after(cpu, "throttled_usec"), micro);
  reading.oom_kills = number_after(file("", "memory.events"), "oom_kill");
  return reading;
}

bool Cgroup::exists() const {
  std::error_code error;
  return fs::is_directory(folder(), error);
}

std::vector<int> Cgroup::pids() const {
  std::vector<int> pids;
  for (std::vector<fs::path> open{folder()}; !open.empty();) {
    const fs::path group = std::move(open.back());
    open.pop_back();
    std::istringstream lines(read_text(group / "cgroup.procs").value_or(""));
    for (std::string line; std::getline(lines, line);) {
      if (const auto pid = parse_number(line)) pids.push_back(static_cast<int>(*pid));
    }
    std::error_code error;  // a group may go while we look: that ends its own part only
    for (fs::directory_iterator it(group, error); !error && it != fs::directory_iterator();
         it.increment(error)) {
      std::error_code gone;
      if (it->is_directory(gone) && !it->is_symlink(gone)) open.push_back(it->path());
    }
  }
  // The kernel promises neither an order nor that a process stands there once (cgroups(7), cgroup-v2).
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

fs::path Cgroup::folder() const { return root_ / (version_1_ ? "memory" : "") / path_; }

std::optional<std::string> Cgroup::file(const char* controller, const char* name) const {
  return read_text(root_ / (version_1_ ? controller : "") / path_ / name);
}

}  // namespace soundcheck::monitor
