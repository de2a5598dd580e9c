// The reference agent as a program: arguments, signals, and the promises it makes to the process that started
// it.
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <string>

#include "tools/reference_agent/options.hpp"
#include "tools/reference_agent/server.hpp"

namespace {

using namespace soundcheck::reference_agent;

/// A thousand calls need more descriptors than the usual soft limit of 1024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// False if the parent has gone already.
bool tie_to_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  return getppid() == parent;  // it may have ended before the line above
}

bool announce(int descriptor, std::uint16_t port) {
  const std::string line = fmt::format("{}\n", port);
  const bool written = write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  close(descriptor);
  return written;
}

std::string url_of(const Options& options, std::uint16_t port) {
  const bool v6 = options.host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", options.host, v6 ? "]" : "", port);
}

}  // namespace

int main(int argc, char** argv) {
  const pid_t parent = getppid();
  const auto parsed = parse_options(argc, argv, std::cout, std::cerr);
  if (!parsed.options) return parsed.exit_code;
  const Options& options = *parsed.options;
  if (options.exit_with_parent && !tie_to_parent(parent)) return 0;
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  try {
    Server server(options);
    if (options.announce_fd >= 0 && !announce(options.announce_fd, server.port())) {
      std::cerr << fmt::format(
          "reference_agent: cannot write to descriptor {}; --announce-fd needs one that is open\n",
          options.announce_fd);
      return 1;
    }
    if (!options.quiet) {
      std::cout << fmt::format("reference_agent: listening on {} (health: {}/api/v1/health)\n",
                               url_of(options, server.port()), url_of(options, server.port()))
                << std::flush;
    }
    server.run(true);
  } catch (const std::exception& e) {
    std::cerr << "reference_agent: " << e.what() << "\n";
    return 1;
  }
  return 0;
}
