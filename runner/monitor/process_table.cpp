#include "runner/monitor/process_table.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "runner/monitor/proc_stat.hpp"
#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

std::vector<ProcessEntry> read_processes(const ProcFiles& files) {
  std::vector<ProcessEntry> table;
  std::error_code error;
  fs::directory_iterator it(files.root, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const auto pid = parse_number(it->path().filename().string());
    if (!pid) continue;
    auto stat = parse_stat(read_text(it->path() / "stat").value_or(""));
    if (stat && !stat->ended())
      table.push_back({static_cast<int>(*pid), stat->parent, std::move(stat->name)});
  }
  std::sort(table.begin(), table.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return table;
}

std::vector<int> with_descendants(const std::vector<ProcessEntry>& table, const std::vector<int>& roots) {
  std::multimap<int, int> children;
  std::set<int> running;
  for (const ProcessEntry& entry : table) {
    children.emplace(entry.parent, entry.pid);
    running.insert(entry.pid);
  }
  std::set<int> found;
  std::vector<int> open = roots;
  while (!open.empty()) {
    const int pid = open.back();
    open.pop_back();
    if (!running.contains(pid) || !found.insert(pid).second) continue;
    const auto [first, last] = children.equal_range(pid);
    for (auto child = first; child != last; ++child) open.push_back(child->second);
  }
  return {found.begin(), found.end()};
}

std::vector<int> called(const std::vector<ProcessEntry>& table, const std::string& command,
                        const ProcFiles& files) {
  std::vector<int> pids;
  for (const ProcessEntry& entry : table) {
    bool same = entry.name == command;
    if (!same) {
      const std::string line = read_text(files.root / std::to_string(entry.pid) / "cmdline").value_or("");
      same = fs::path(line.substr(0, line.find('\0'))).filename() == command;
    }
    if (same) pids.push_back(entry.pid);
  }
  return pids;
}

}  // namespace soundcheck::monitor
