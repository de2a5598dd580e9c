#include "runner/monitor/process_limits.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

namespace {

/// The number at the beginning of a text; nothing for "max" and "unlimited".
std::optional<double> leading_number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto number = parse_number(text.substr(0, text.find_first_not_of("0123456789")));
  return number ? std::optional(static_cast<double>(*number)) : std::nullopt;
}

/// What follows a word at the beginning of a line.
std::optional<double> number_after(const std::optional<std::string>& text, std::string_view word) {
  std::istringstream lines(text.value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(word)) return leading_number(std::string_view(line).substr(word.size()));
  }
  return std::nullopt;
}

/// The group that limits the memory, as /proc/PID/cgroup has it: "0::/path" in version 2, "5:memory:/path" in
/// version 1.
std::string memory_group(const std::optional<std::string>& text, bool version_1) {
  std::istringstream lines(text.value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool ours = version_1 ? controllers.find(",memory,") != std::string::npos : controllers == ",,";
    if (ours) return line.substr(second + 1);
  }
  return "/";
}

/// The smallest of a group and those above it. In a container the path may be one of the machine, which
/// cannot be seen from inside; the root is the container's group then.
std::optional<double> group_limit(const fs::path& proc, const fs::path& cgroups) {
  std::error_code error;
  const bool version_1 = !fs::exists(cgroups / "cgroup.controllers", error);
  const fs::path root = version_1 ? cgroups / "memory" : cgroups;
  const char* name = version_1 ? "memory.limit_in_bytes" : "memory.max";
  constexpr double no_limit = 1e18;  // version 1 says so with the largest number that there is
  std::optional<double> smallest;
  fs::path group = fs::path(memory_group(read_text(proc / "cgroup"), version_1)).relative_path();
  for (;; group = group.parent_path()) {
    const auto limit = leading_number(read_text(root / group / name).value_or(""));
    if (limit && *limit < no_limit) smallest = std::min(smallest.value_or(*limit), *limit);
    if (group.empty()) return smallest;
  }
}

}  // namespace

ProcessLimits read_limits(int pid, const fs::path& proc, const fs::path& cgroups) {
  constexpr double kibibyte = 1024;
  const fs::path process = proc / std::to_string(pid);
  ProcessLimits limits;
  const auto consider = [&](const std::optional<double>& value, const char* what) {
    if (value && (!limits.memory || *value < limits.memory->value))
      limits.memory = ProcessLimit{*value, what};
  };
  const auto own = read_text(process / "limits");
  if (!own) return limits;
  consider(group_limit(process, cgroups), "the memory limit of its control group");
  consider(number_after(own, "Max address space"), "the limit of its address space (RLIMIT_AS)");
  if (const auto total = number_after(read_text(proc / "meminfo"), "MemTotal:"))
    consider(*total * kibibyte, "the memory of the machine");
  if (const auto files = number_after(own, "Max open files"))
    limits.descriptors = ProcessLimit{*files, "its limit of open files"};
  return limits;
}

}  // namespace soundcheck::monitor
