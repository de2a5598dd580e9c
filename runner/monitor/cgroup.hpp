// What the kernel counts for a control group: a container, a service. Version 2 of the interface, and
// version 1 where a machine still has it. Reads /sys/fs/cgroup; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace soundcheck::monitor {

struct CgroupReading {
  std::optional<std::uint64_t> memory_bytes;     ///< with its share of the page cache
  std::optional<std::uint64_t> anonymous_bytes;  ///< no file stands behind: heaps and stacks
  std::optional<double> cpu_seconds;             ///< since it was made
  std::optional<double> throttled_seconds;       ///< of them, how long it was held back by its quota
  std::optional<std::uint64_t> oom_kills;        ///< since it was made
};

class Cgroup {
 public:
  /// `name`: a path that begins with '/', below `root`; else the id of a container, at least its first 12
  /// digits, whose group is looked for. The error says what to do.
  static std::variant<Cgroup, std::string> find(const std::string& name,
                                                const std::filesystem::path& root = "/sys/fs/cgroup");

  /// Nothing of it can be read once the group is gone.
  bool exists() const;
  CgroupReading read() const;
  /// Of the group and of all within it, each once, in ascending order. In version 2 only a group without
  /// others in it has processes of its own.
  std::vector<int> pids() const;

 private:
  /// Where its processes and the groups within it stand.
  std::filesystem::path folder() const;
  /// A file of the group: in version 1 each controller has a tree of its own.
  std::optional<std::string> file(const char* controller, const char* name) const;

  std::filesystem::path root_;
  std::filesystem::path path_;  // below root_, or below each controller
  bool version_1_ = false;
};

}  // namespace soundcheck::monitor
