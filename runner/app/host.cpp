#include "runner/app/host.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <thread>

#include "soundcheck_build.hpp"

namespace soundcheck::app {

Host real_host(std::ostream& out, std::ostream& err) {
  std::error_code ignored;
  Host host{out, err,
            {},  ::isatty(STDOUT_FILENO) == 1,
            80,  std::filesystem::read_symlink("/proc/self/exe", ignored)};
  host.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  winsize size{};
  if (host.terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    host.columns = size.ws_col;
  host.in = &std::cin;
  return host;
}

report::Host describe_host() {
  report::Host host;
  utsname names{};
  if (::uname(&names) == 0) {
    host.name = names.nodename;
    host.kernel = fmt::format("{} {}", names.sysname, names.release);
  }
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) host.cpu_model = line.substr(colon + 2);
    break;
  }
  host.cores = static_cast<int>(std::thread::hardware_concurrency());
  struct sysinfo memory {};
  if (::sysinfo(&memory) == 0) host.memory_bytes = std::uint64_t{memory.totalram} * memory.mem_unit;
  return host;
}

report::Build describe_build() {
  return {SOUNDCHECK_VERSION, SOUNDCHECK_COMMIT, SOUNDCHECK_COMPILER, SOUNDCHECK_BUILD_TYPE};
}

std::string wall_clock() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace soundcheck::app
