#include "runner/monitor/find_listener.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "runner/monitor/listening_sockets.hpp"
#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view listening = "0A";  // TCP_LISTEN in net/tcp_states.h

/// Adds what the table says to listen on the port. A line of /proc/net/tcp is "sl local:port remote:port
/// state tx:rx tr:when retrnsmt uid timeout inode ...", numbers in hexadecimal.
void add_sockets(std::set<std::uint64_t>& inodes, const std::string& table, std::uint16_t port) {
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> fields;
    for (std::string field; words >> field;) fields.push_back(field);
    if (fields.size() < 10 || fields[3] != listening) continue;
    const std::size_t colon = fields[1].rfind(':');
    if (colon == std::string::npos || parse_number(fields[1].substr(colon + 1), 16) != port) continue;
    if (const auto inode = parse_number(fields[9])) inodes.insert(*inode);
  }
}

/// Links of the sockets that listen on the port, as they look in /proc/PID/fd.
std::set<std::string> links_of_listeners(std::uint16_t port, const ProcFiles& files) {
  std::optional<std::set<std::uint64_t>> inodes;
  if (files.root == ProcFiles{}.root) inodes = listening_sockets(port);
  if (!inodes) {
    inodes.emplace();
    for (const char* table : {"net/tcp", "net/tcp6"})
      add_sockets(*inodes, read_text(files.root / table).value_or(""), port);
  }
  std::set<std::string> links;
  for (const std::uint64_t inode : *inodes) links.insert(fmt::format("socket:[{}]", inode));
  return links;
}

enum class Holds : unsigned char { yes, no, not_permitted };

Holds holds_any(const fs::path& fd_folder, const std::set<std::string>& links) {
  std::error_code error;
  fs::directory_iterator it(fd_folder, error);
  if (error == std::errc::permission_denied) return Holds::not_permitted;
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code gone;  // descriptors close while we look
    if (links.contains(fs::read_symlink(it->path(), gone).string())) return Holds::yes;
  }
  return Holds::no;
}

std::vector<int> all_pids(const fs::path& root) {
  std::vector<int> pids;
  std::error_code error;
  for (fs::directory_iterator it(root, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    if (const auto pid = parse_number(it->path().filename().string())) pids.push_back(static_cast<int>(*pid));
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

}  // namespace

std::variant<int, NoProcess> find_listener(std::uint16_t port, const ProcFiles& files) {
  const std::set<std::string> links = links_of_listeners(port, files);
  if (links.empty()) {
    return NoProcess{
        fmt::format("nothing on this machine listens on port {}: if the target runs elsewhere or in a "
                    "container, run soundcheck beside it, or name its process with --target-pid",
                    port)};
  }
  std::size_t not_permitted = 0;
  for (int pid : all_pids(files.root)) {
    switch (holds_any(files.root / std::to_string(pid) / "fd", links)) {
      case Holds::yes:
        return pid;
      case Holds::no:
        break;
      case Holds::not_permitted:
        ++not_permitted;
        break;
    }
  }
  if (not_permitted > 0) {
    return NoProcess{
        fmt::format("port {} belongs to a process that this user may not inspect ({} were not permitted): "
                    "run soundcheck as the target's user, or name the process with --target-pid",
                    port, not_permitted)};
  }
  return NoProcess{
      fmt::format("port {} is open, but its process is not visible here (another container?): name it with "
                  "--target-pid",
                  port)};
}

}  // namespace soundcheck::monitor
